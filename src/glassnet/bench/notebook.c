/* The notebook's network, trained one row at a time: relu, sigmoid, softmax with cross entropy, plain descent.

   notebook TASK END n inputs first second classes orders epochs rate

   TASK holds X (n, inputs) and, layer by layer, W (units, inputs) and b (units) as floats, then y (n) and the orders
   (orders, n) as 32-bit integers. The trained weights are written to END, the seconds of all epochs to stdout.
   A unit's weights lie side by side, which is twice as fast here as the weights of an input side by side. */

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define LANES 16

static void *some(size_t count, size_t size) {
    void *memory = calloc(count, size);
    if (memory == NULL) exit(1);
    return memory;
}

static float *floats(FILE *file, size_t count) {
    float *values = some(count, sizeof(float));
    if (fread(values, sizeof(float), count, file) != count) exit(1);
    return values;
}

static int *integers(FILE *file, size_t count) {
    int *values = some(count, sizeof(int));
    if (fread(values, sizeof(int), count, file) != count) exit(1);
    return values;
}

/* A sum of products in lanes, which the compiler may compute side by side: it must not reorder a plain float sum. */
static float dot(int n, const float *restrict a, const float *restrict b) {
    float lanes[LANES] = {0}, sum = 0;
    int i = 0;
    for (; i + LANES <= n; i += LANES)
        for (int lane = 0; lane < LANES; lane++) lanes[lane] += a[i + lane] * b[i + lane];
    for (int lane = 0; lane < LANES; lane++) sum += lanes[lane];
    for (; i < n; i++) sum += a[i] * b[i];
    return sum;
}

/* z = W x + b */
static void forward(int inputs, int units, const float *restrict x, const float *restrict W, const float *restrict b,
                    float *restrict z) {
    for (int j = 0; j < units; j++) z[j] = b[j] + dot(inputs, W + j * inputs, x);
}

/* dx = Wᵀ dz */
static void backward(int inputs, int units, const float *restrict W, const float *restrict dz, float *restrict dx) {
    for (int i = 0; i < inputs; i++) dx[i] = 0;
    for (int j = 0; j < units; j++)
        for (int i = 0; i < inputs; i++) dx[i] += W[j * inputs + i] * dz[j];
}

/* W -= rate dz xᵀ, b -= rate dz */
static void descend(int inputs, int units, float rate, const float *restrict x, const float *restrict dz,
                    float *restrict W, float *restrict b) {
    for (int j = 0; j < units; j++) {
        float step = rate * dz[j];
        for (int i = 0; i < inputs; i++) W[j * inputs + i] -= step * x[i];
        b[j] -= step;
    }
}

int main(int count, char **words) {
    if (count != 11) return 2;
    int n = atoi(words[3]), inputs = atoi(words[4]), first = atoi(words[5]), second = atoi(words[6]);
    int classes = atoi(words[7]), orders = atoi(words[8]), epochs = atoi(words[9]);
    float rate = (float)atof(words[10]);
    FILE *file = fopen(words[1], "rb");
    if (file == NULL) return 1;
    float *X = floats(file, (size_t)n * inputs);
    float *W1 = floats(file, (size_t)inputs * first), *b1 = floats(file, first);
    float *W2 = floats(file, (size_t)first * second), *b2 = floats(file, second);
    float *W3 = floats(file, (size_t)second * classes), *b3 = floats(file, classes);
    int *y = integers(file, n), *order = integers(file, (size_t)orders * n);
    fclose(file);
    float *a1 = some(first, sizeof(float)), *d1 = some(first, sizeof(float));
    float *a2 = some(second, sizeof(float)), *d2 = some(second, sizeof(float));
    float *a3 = some(classes, sizeof(float));
    struct timespec start, end;
    double loss = 0;
    clock_gettime(CLOCK_MONOTONIC, &start);
    for (int epoch = 0; epoch < epochs; epoch++) {
        const int *rows = order + (size_t)(epoch % orders) * n;
        loss = 0;
        for (int k = 0; k < n; k++) {
            const float *x = X + (size_t)rows[k] * inputs;
            int label = y[rows[k]];
            forward(inputs, first, x, W1, b1, a1);
            for (int j = 0; j < first; j++) a1[j] = a1[j] > 0 ? a1[j] : 0;
            forward(first, second, a1, W2, b2, a2);
            for (int j = 0; j < second; j++) a2[j] = 1 / (1 + expf(-a2[j]));
            forward(second, classes, a2, W3, b3, a3);
            float largest = a3[0], sum = 0;
            for (int j = 1; j < classes; j++) largest = a3[j] > largest ? a3[j] : largest;
            loss += largest - a3[label];
            for (int j = 0; j < classes; j++) sum += a3[j] = expf(a3[j] - largest);
            loss += logf(sum);
            for (int j = 0; j < classes; j++) a3[j] /= sum;
            a3[label] -= 1; /* from here on a3 is the loss's gradient with respect to the last z */
            backward(second, classes, W3, a3, d2);
            for (int j = 0; j < second; j++) d2[j] *= a2[j] * (1 - a2[j]);
            backward(first, second, W2, d2, d1);
            for (int j = 0; j < first; j++) d1[j] = a1[j] > 0 ? d1[j] : 0;
            descend(second, classes, rate, a2, a3, W3, b3);
            descend(first, second, rate, a1, d2, W2, b2);
            descend(inputs, first, rate, x, d1, W1, b1);
        }
    }
    clock_gettime(CLOCK_MONOTONIC, &end);
    fprintf(stderr, "mean loss of the last epoch: %.9g\n", loss / n);
    printf("%.9f\n", (double)(end.tv_sec - start.tv_sec) + 1e-9 * (double)(end.tv_nsec - start.tv_nsec));
    file = fopen(words[2], "wb");
    if (file == NULL) return 1;
    fwrite(W1, sizeof(float), (size_t)inputs * first, file), fwrite(b1, sizeof(float), first, file);
    fwrite(W2, sizeof(float), (size_t)first * second, file), fwrite(b2, sizeof(float), second, file);
    fwrite(W3, sizeof(float), (size_t)second * classes, file), fwrite(b3, sizeof(float), classes, file);
    return fclose(file) != 0;
}
