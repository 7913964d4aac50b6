#include "demos/subnet.h"

#include "base/rng.h"
#include "demos/streams.h"

#include <assert.h>
#include <math.h>

enum { COLUMNS_MOST = SUBNET_HIDDEN_MOST, LOW_BITS = 10 };

size_t subnet_columns(const struct subnet *net)
{
    if (net->kind == SUBNET_SOFTMAX)
        return net->classes;
    return net->kind == SUBNET_RELU_LAYER || net->kind == SUBNET_RELU_SUM ? net->hidden : 1;
}

size_t subnet_outputs(const struct subnet *net)
{
    return net->kind == SUBNET_SOFTMAX || net->kind == SUBNET_RELU_LAYER ? net->classes : 1;
}

static size_t log_count(const struct subnet *net)
{
    return net->kind == SUBNET_SIGMOID ? 2 : subnet_outputs(net);
}

/* log(1/(1+exp(-z))) without overflow or loss at either end. */
static double log_sigmoid(double z)
{
    return z < 0 ? z - log1p(exp(z)) : -log1p(exp(-z));
}

static void log_softmax(const double *logits, size_t count, double *logs)
{
    double largest = logits[0], sum = 0;
    for (size_t c = 1; c < count; c++)
        largest = fmax(largest, logits[c]);
    for (size_t c = 0; c < count; c++)
        sum += exp(logits[c] - largest);
    for (size_t c = 0; c < count; c++)
        logs[c] = logits[c] - largest - log(sum);
}

/* Outputs and their logarithms from the masked sums `z` (columns). */
static void read_out(const struct subnet *net, const double *z, double *outputs, double *logs)
{
    double logits[SUBNET_CLASSES_MOST] = {0};
    switch (net->kind) {
    case SUBNET_LINEAR:
        outputs[0] = z[0];
        logs[0] = NAN;
        return;
    case SUBNET_SIGMOID:
        logs[0] = log_sigmoid(z[0]);
        logs[1] = log_sigmoid(-z[0]);
        outputs[0] = exp(logs[0]);
        return;
    case SUBNET_RELU:
        outputs[0] = fmax(0, z[0]);
        logs[0] = log(outputs[0]);
        return;
    case SUBNET_RELU_SUM:
        outputs[0] = 0;
        for (size_t h = 0; h < net->hidden; h++)
            outputs[0] += net->readout[h] * fmax(0, z[h]);
        logs[0] = NAN;
        return;
    case SUBNET_SOFTMAX:
        log_softmax(z, net->classes, logs);
        break;
    case SUBNET_RELU_LAYER:
        for (size_t c = 0; c < net->classes; c++)
            for (size_t h = 0; h < net->hidden; h++)
                logits[c] += net->readout[c * net->hidden + h] * fmax(0, z[h]);
        log_softmax(logits, net->classes, logs);
        break;
    }
    for (size_t c = 0; c < net->classes; c++)
        outputs[c] = exp(logs[c]);
}

static void visit(const struct subnet *net, const double *z, double weight,
                  struct subnet_sums *sums)
{
    double outputs[SUBNET_CLASSES_MOST], logs[SUBNET_CLASSES_MOST];
    if (weight == 0) /* at p = 0 and p = 1: 0 times an infinite logarithm is no NaN here */
        return;
    read_out(net, z, outputs, logs);
    sums->weight += weight;
    for (size_t c = 0; c < subnet_outputs(net); c++) {
        sums->outputs[c] += weight * outputs[c];
        sums->squares[c] += weight * outputs[c] * outputs[c];
    }
    for (size_t c = 0; c < log_count(net); c++)
        sums->logs[c] += weight * logs[c];
}

static void merge(const struct subnet *net, struct subnet_sums *into,
                  const struct subnet_sums *part)
{
    into->weight += part->weight;
    for (size_t c = 0; c < subnet_outputs(net); c++) {
        into->outputs[c] += part->outputs[c];
        into->squares[c] += part->squares[c];
    }
    for (size_t c = 0; c < log_count(net); c++)
        into->logs[c] += part->logs[c];
}

void subnet_blocks_init(struct subnet_blocks *blocks, struct arena *arena, const struct subnet *net)
{
    assert(net->units <= SUBNET_ENUMERATED_MOST);
    size_t columns = subnet_columns(net);
    blocks->low = net->units < LOW_BITS ? net->units : LOW_BITS;
    blocks->count = (size_t)1 << (net->units - blocks->low);
    blocks->sums = ARENA_ARRAY(arena, columns << blocks->low, double);
    blocks->probability = ARENA_ARRAY(arena, (size_t)1 << blocks->low, double);
    for (size_t mask = 0; mask < (size_t)1 << blocks->low; mask++) {
        double probability = 1;
        for (size_t i = 0; i < blocks->low; i++) {
            bool kept = mask >> i & 1;
            probability *= kept ? 1 - net->p : net->p;
            for (size_t c = 0; kept && c < columns; c++)
                blocks->sums[mask * columns + c] += net->term[i * columns + c];
        }
        blocks->probability[mask] = probability;
    }
}

void subnet_add_block(const struct subnet *net, const struct subnet_blocks *blocks, size_t block,
                      struct subnet_sums *sums)
{
    size_t columns = subnet_columns(net);
    double base[COLUMNS_MOST], z[COLUMNS_MOST], probability = 1;
    struct subnet_sums part = {0};
    for (size_t c = 0; c < columns; c++)
        base[c] = net->bias[c];
    for (size_t i = blocks->low; i < net->units; i++) {
        bool kept = block >> (i - blocks->low) & 1;
        probability *= kept ? 1 - net->p : net->p;
        for (size_t c = 0; kept && c < columns; c++)
            base[c] += net->term[i * columns + c];
    }
    for (size_t mask = 0; mask < (size_t)1 << blocks->low; mask++) {
        for (size_t c = 0; c < columns; c++)
            z[c] = base[c] + blocks->sums[mask * columns + c];
        visit(net, z, probability * blocks->probability[mask], &part);
    }
    merge(net, sums, &part);
}

void subnet_add_drawn(const struct subnet *net, uint64_t seed, uint64_t draw,
                      struct subnet_sums *sums)
{
    size_t columns = subnet_columns(net);
    double z[COLUMNS_MOST];
    struct rng rng;
    rng_init(&rng, seed, STREAM_SUBNET_MASKS, draw);
    for (size_t c = 0; c < columns; c++)
        z[c] = net->bias[c];
    for (size_t i = 0; i < net->units; i++) {
        if (rng_bernoulli(&rng, net->p))
            continue;
        for (size_t c = 0; c < columns; c++)
            z[c] += net->term[i * columns + c];
    }
    visit(net, z, 1, sums);
}

void subnet_naive_until(const struct subnet *net, struct subnet_naive *naive, uint64_t end)
{
    float odds = (float)((1 - net->p) / net->p); /* of being kept */
    if (naive->next == 0) {
        naive->z = (float)net->bias[0];
        naive->weight = (float)pow(net->p, (double)net->units);
    }
    for (; naive->next < end; naive->next++) {
        uint64_t g = naive->next, mask = g ^ g >> 1;
        if (g > 0) {
            int unit = __builtin_ctzll(g);
            bool kept = mask >> unit & 1;
            naive->z += kept ? (float)net->term[unit] : -(float)net->term[unit];
            naive->weight *= kept ? odds : 1 / odds;
        }
        naive->mean += naive->weight / (1 + expf(-naive->z));
    }
}

void subnet_means(const struct subnet *net, const struct subnet_sums *sums, double *arithmetic,
                  double *geometric)
{
    double logs[SUBNET_CLASSES_MOST];
    for (size_t c = 0; c < subnet_outputs(net); c++)
        arithmetic[c] = sums->outputs[c] / sums->weight;
    for (size_t c = 0; c < log_count(net); c++)
        logs[c] = sums->logs[c] / sums->weight;
    if (net->kind == SUBNET_LINEAR || net->kind == SUBNET_RELU || net->kind == SUBNET_RELU_SUM) {
        geometric[0] = exp(logs[0]);
        return;
    }
    log_softmax(logs, log_count(net), logs);
    for (size_t c = 0; c < subnet_outputs(net); c++)
        geometric[c] = exp(logs[c]);
}

void subnet_weight_scaling(const struct subnet *net, double *outputs)
{
    size_t columns = subnet_columns(net);
    double z[COLUMNS_MOST], logs[SUBNET_CLASSES_MOST];
    for (size_t c = 0; c < columns; c++) {
        z[c] = 0;
        for (size_t i = 0; i < net->units; i++)
            z[c] += net->term[i * columns + c];
        z[c] = z[c] * (1 - net->p) + net->bias[c];
    }
    read_out(net, z, outputs, logs);
}
