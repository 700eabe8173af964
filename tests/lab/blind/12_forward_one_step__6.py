# mistake: every layer takes the activation of the layer before, act_funcs[l-1]
# mistake: z[0] is X and not None
# known mistake: activation of the previous layer
# known mistake: input in z

from glassnet.lab.given import forward_layer


def forward_one_step(X, W, B, act_funcs):
    values = [X]
    sums = [X]
    for l in range(1, len(W)):
        s, v = forward_layer(W[l], B[l], values[-1], act_funcs[l - 1])
        sums.append(s)
        values.append(v)
    return values, sums
