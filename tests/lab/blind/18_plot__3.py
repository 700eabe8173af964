# mistake: width and height are the wrong way round, 8 inches wide and 12 high
# mistake: set_xlabel is called twice, so the y axis has no label
# known mistake: size 8 by 12
# known mistake: no label on the y axis

from matplotlib.figure import Figure


def plot_loss(cost_arr):
    picture = Figure()
    picture.set_figheight(12)
    picture.set_figwidth(8)
    axes = picture.add_subplot(1, 1, 1)
    axes.set_xlabel("loss")
    axes.set_xlabel("epochs")
    axes.plot(list(range(1, len(cost_arr) + 1)), list(cost_arr))
    return picture
