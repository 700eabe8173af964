# mistake: takes the activation of the layer before, act_funcs[l - 1], as if the list started with the first layer's function
# mistake: always computes exactly three layers, as in the 64-6-5-10 example, instead of as many as W has
# known mistake: activation of the previous layer
# known mistake: always three layers

from glassnet.lab.given import forward_layer

LAYERS = 3


def forward_one_step(X, W, B, act_funcs):
    a = [X]
    z = [None]
    for l in range(1, LAYERS + 1):
        z_l, a_l = forward_layer(W[l], B[l], a[l - 1], act_funcs[l - 1])
        a.append(a_l)
        z.append(z_l)
    return a, z
