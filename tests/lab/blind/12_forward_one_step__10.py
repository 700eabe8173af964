# mistake: z[0] is the input X instead of None
# mistake: all hidden layers use the activation of the first hidden layer, only the last layer uses its own
# known mistake: input in z
# known mistake: act_funcs[1] in all hidden layers

from glassnet.lab.given import forward_layer


def forward_one_step(X, W, B, act_funcs):
    L = len(W) - 1
    a, z = [None] * (L + 1), [None] * (L + 1)
    a[0] = z[0] = X
    hidden = act_funcs[1]
    output = act_funcs[L]
    for l in range(1, L):
        z[l], a[l] = forward_layer(W[l], B[l], a[l - 1], hidden)
    z[L], a[L] = forward_layer(W[L], B[L], a[L - 1], output)
    return a, z
