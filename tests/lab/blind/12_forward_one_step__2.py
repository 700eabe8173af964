# mistake: z has no placeholder at index 0, so z[l] belongs to layer l + 1 and the list is one too short
# known mistake: no None in z

from glassnet.lab.given import forward_layer


def forward_one_step(X, W, B, act_funcs):
    a, z = [X], []
    for weights, bias, g in list(zip(W, B, act_funcs))[1:]:
        z_l, a_l = forward_layer(weights, bias, a[-1], g)
        z.append(z_l)
        a.append(a_l)
    return a, z
