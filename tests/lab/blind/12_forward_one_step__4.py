# mistake: the next layer gets the sum z of the layer before and not its value a
# known mistake: z instead of a

from glassnet.lab.given import forward_layer


def forward_one_step(X, W, B, act_funcs):
    a, z = [X], [None]
    inp = X
    for l in range(1, len(W)):
        z_l, a_l = forward_layer(W[l], B[l], inp, act_funcs[l])
        z.append(z_l)
        a.append(a_l)
        inp = z_l
    return a, z
