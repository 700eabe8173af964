# mistake: layer l takes the activation of the layer before, act_funcs[l-1]
# mistake: z[0] holds the input instead of None
# known mistake: activation of the previous layer
# known mistake: input in z

from glassnet.lab.given import forward_layer


def forward_one_step(X, W, B, act_funcs):
    layers = len(W)
    a = [None] * layers
    z = [None] * layers
    a[0] = z[0] = X
    for l in range(layers - 1):
        z[l + 1], a[l + 1] = forward_layer(W[l + 1], B[l + 1], a[l], act_funcs[l])
    return a, z
