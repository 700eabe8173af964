# mistake: the loop stops one too early, the last layer is never computed
# known mistake: last layer not computed

from glassnet.lab.given import forward_layer


def forward_one_step(X, W, B, act_funcs):
    L = len(W) - 1
    a = [None] * (L + 1)
    z = [None] * (L + 1)
    a[0] = X
    for l in range(1, L):
        z[l], a[l] = forward_layer(W[l], B[l], a[l - 1], act_funcs[l])
    return a, z
