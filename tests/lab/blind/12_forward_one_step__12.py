# mistake: all hidden layers use the activation of the first hidden layer, act_funcs[1], instead of their own
# mistake: z[0] holds the input X instead of None
# known mistake: input in z
# known mistake: act_funcs[1] in all hidden layers

from glassnet.lab.given import forward_layer


def forward_one_step(X, W, B, act_funcs):
    last = len(W) - 1
    hidden, output = act_funcs[1], act_funcs[last]
    a = [X]
    z = [X]  # the input layer has no activation, so z and a are the same
    for l in range(1, len(W)):
        z_l, a_l = forward_layer(W[l], B[l], a[l - 1], output if l == last else hidden)
        z.append(z_l)
        a.append(a_l)
    return a, z
