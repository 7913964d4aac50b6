/* spec.h: the line of text that describes a model, read and checked (model.h says what it says). */
#ifndef NN_SPEC_H
#define NN_SPEC_H

#include "nn/layers.h"

#include "base/arena.h"
#include "base/err.h"

#include <stdbool.h>

enum layer_kind {
    LAYER_LINEAR,
    LAYER_ACTIVATION,
    LAYER_BATCH,
    LAYER_NORM, /* layer norm */
    LAYER_RMS,
    LAYER_RMS_OUTSIDE,
    LAYER_GROUP, /* and instance norm: `channels` of `positions` numbers in `groups` */
    LAYER_DROPOUT,
    LAYER_DEPTH,
    LAYER_SCALE,
    LAYER_OPEN,  /* [ */
    LAYER_CLOSE, /* ] */
};

struct layer_spec {
    enum layer_kind kind;
    enum activation activation;
    size_t inputs, outputs;
    size_t groups, channels, positions; /* group and instance norm */
    double p;                           /* dropout, depth: the probability of dropping */
    double scale;                       /* scale=  */
    double connect_p;                   /* linear: dropconnect= behind it, else 0 */
    double std;                         /* linear: std= behind it, else -1 */
    size_t partner;                     /* the bracket that belongs to this one */
    bool ends_branch;                   /* linear: the last one of a residual block */
};

struct model_spec {
    struct layer_spec *layers;
    size_t count, inputs, outputs;
    size_t parameters; /* numbers that are learned */
    size_t widest;     /* the most numbers in a row between two layers */
    size_t branches;   /* residual blocks */
};

/* Bounds that keep a mistyped line from eating the machine. */
enum {
    SPEC_MOST_WIDTH = 65536,
    SPEC_MOST_LAYERS = 4096,
    SPEC_MOST_DEPTH = 16,           /* brackets in brackets */
    SPEC_MOST_PARAMETERS = 1 << 26, /* 64 million */
};

bool spec_read(struct model_spec *spec, struct arena *arena, const char *line, struct err *err);

#endif
