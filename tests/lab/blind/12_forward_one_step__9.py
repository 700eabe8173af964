# mistake: each layer after the first is fed with the previous layer's sums z instead of its values a
# known mistake: z instead of a

from glassnet.lab.given import forward_layer


def forward_one_step(X, W, B, act_funcs):
    a = [X]
    z = [None]
    current = X
    for l in range(1, len(W)):
        current, value = forward_layer(W[l], B[l], current, act_funcs[l])
        z.append(current)
        a.append(value)
    return a, z
