/* demos/demo.h: what a demo is, and everything one can ask of it.
 *
 * A demo is a pure model: no terminal, no clock of its own, no files but those that a path among its
 * knobs names, which are read once, at the start. The same seed and knobs give the same results
 * however its work is sliced. One struct serves the interactive pane, `nntutor demo
 * NAME --json`, a figure in a lesson, a live number, a prediction to be checked, and a golden test.
 * To add one: a file in this folder and a line in demos.c. */
#ifndef DEMOS_DEMO_H
#define DEMOS_DEMO_H

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/rng.h"
#include "base/str.h"
#include "draw/chart.h"
#include "draw/grid.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum knob_kind {
    KNOB_NUMBER, /* min <= value <= max */
    KNOB_INTEGER,
    KNOB_WORD,  /* one of `choices` */
    KNOB_LIST,  /* 1,2,3: `min`..`max` for each entry */
    KNOB_TABLE, /* rows=1,2;3,4: all rows equally long */
    KNOB_PATH,  /* a folder or file that a person names; not set unless given */
};

/* The value of a knob or of a result. */
struct value {
    bool set;         /* false: a list knob that was not given; a result not there yet */
    double number;    /* NUMBER, INTEGER; for WORD the index of the choice */
    const char *word; /* WORD, PATH, TEXT */
    double *list;     /* LIST, TABLE (row after row) */
    size_t count;     /* entries of `list` */
    size_t columns;   /* TABLE: entries of a row */
};

struct knob {
    const char *name;
    enum knob_kind kind;
    double min, max, initial;   /* INTEGER, NUMBER */
    double step;                /* of a slider key; 0: a hundredth of the range */
    bool logarithmic;           /* the slider moves by factors */
    const char *const *choices; /* WORD: NULL-ended; `initial` is an index */
    const char *initial_list;   /* LIST, TABLE: as written; NULL: not set */
    size_t longest;             /* LIST, TABLE: most entries (0: 64) */
    size_t columns;             /* TABLE: entries of each row (0: as many as the first has) */
    const char *unit;           /* or NULL */
    const char *help;           /* one line */
};

enum result_kind {
    RESULT_NUMBER,
    RESULT_INTEGER,
    RESULT_TEXT, /* an exact count as decimal text, or an outcome in a word */
    RESULT_LIST,
    RESULT_TABLE,
    RESULT_TIMING, /* from the clock: may not be quoted, predicted or put in a golden file */
};

struct result {
    const char *name;
    enum result_kind kind;
    const char *unit; /* or NULL */
    const char *help; /* one line */
};

struct demo_run;

/* A wrong number that people arrive at, and how: named when they do, so that they learn what to mend. */
struct slip {
    int result;        /* which result it is mistaken for */
    const char *cause; /* goes on from "you ": "multiplied by 1-p instead of dividing by it" */
    /* The number that this slip leads to, for entry `i` of a list; NAN: not with these knobs. */
    double (*number)(const struct demo_run *run, size_t i);
};

struct demo {
    const char *name;     /* "mask" */
    const char *title;    /* "Mask lab" */
    const char *theme;    /* heading in the gallery: "Dropout", "Gradients", ... */
    const char *question; /* the question it lets a learner answer */
    const char *sketch;   /* what it is about, as a picture of at most SKETCH_COLUMNS columns */
    bool certain;         /* no chance in it: every seed gives the same */
    const struct knob *knobs;
    size_t knob_count;
    const struct result *results;
    size_t result_count;
    const struct slip *slips; /* the likeliest first; may be NULL */
    size_t slip_count;
    const char *work_unit; /* what `step` counts: "masks", "passes", "epochs" */
    /* Most units between two frames on a screen, so that one can watch; 0: what there is time for. */
    size_t frame_work;
    /* Cheap enough (under 50 ms) for a live number, with these knobs? NULL: always. */
    bool (*instant)(const struct demo_run *run);
    /* Checks what ranges cannot and allocates from run->arena; sets run->total. */
    bool (*start)(struct demo_run *run, struct err *err);
    /* Does about `work` units more and fills run->out; returns false when all is done. */
    bool (*step)(struct demo_run *run, size_t work);
    /* A knob moved while it runs. NULL, or false without an error set: start again. */
    bool (*turn)(struct demo_run *run, size_t knob, struct err *err);
    /* The picture, into the whole grid (any size from 24x6 up). Before any step it shows the
     * question without its answer: what is known stands there, what is not is "?". */
    void (*draw)(const struct demo_run *run, struct grid *grid);
    /* The same picture in one to six sentences, clean text; numbers as a person says them. */
    void (*describe)(const struct demo_run *run, struct buf *out);
};

struct demo_run {
    const struct demo *demo;
    uint64_t seed;
    const struct clock *clock; /* for TIMING results only */
    struct arena *arena;       /* the knobs and the demo's own memory */
    struct value *knob;        /* demo->knob_count */
    struct value *out;         /* demo->result_count */
    void *state;               /* the demo's own */
    size_t done, total;        /* work so far, and in all (0: not known) */
    bool finished;
};

enum { DEMO_SEED = 1, SKETCH_COLUMNS = 14 };

/* The table. */
extern const struct demo *const demos[];
extern const size_t demo_count;
const struct demo *demo_find(const char *name);
const char *demo_nearest(const char *name);               /* for "did you mean"; may be NULL */
int demo_knob(const struct demo *demo, const char *name); /* index or -1 */
int demo_result(const struct demo *demo, const char *name);

/* ---- args: "mask p=0.5 scaling=none seed=7" ----------------------------------------------- */

struct demo_args {
    const struct demo *demo;
    struct value *knob; /* every knob of the demo, defaults filled in */
    bool *given;        /* which were written */
    uint64_t seed;
    bool seed_given;
    bool may_read_files; /* a PATH may be set: a person typed this, no lesson did */
};

/* Reads one `knob=value` (or `seed=INT`) into args. The sentence in err names the range or the
 * choices and, where it can, what was meant. */
bool demo_args_init(struct demo_args *args, struct arena *arena, const struct demo *demo);
bool demo_args_set(struct demo_args *args, struct arena *arena, const char *assignment,
                   struct err *err);
/* The same for one of several that a person typed: what is given already is refused. */
bool demo_args_give(struct demo_args *args, struct arena *arena, const char *assignment,
                    struct err *err);
/* Reads "NAME knob=value ..." whole. It may come from a lesson, so it can never name a file. */
bool demo_args_read(struct demo_args *args, struct arena *arena, const char *text, struct err *err);
/* A copy that shares nothing with `from`. */
void demo_args_copy(struct demo_args *args, struct arena *arena, const struct demo_args *from);
struct value demo_value_copy(const struct knob *knob, const struct value *value,
                             struct arena *arena);
/* Writes a knob's value as it would be typed: "0.5", "none", "1,2;3,4". */
void demo_value_write(const struct knob *knob, const struct value *value, struct buf *out);
/* "p: probability of dropping, 0 to 1, default 0.5" for --help and for errors. */
void demo_knob_describe(const struct knob *knob, struct buf *out);

/* ---- running ------------------------------------------------------------------------------- */

/* Starts a run whose memory is in `arena`. Nothing has been computed yet. */
bool demo_start(struct demo_run *run, struct arena *arena, const struct demo_args *args,
                const struct clock *clock, struct err *err);
/* About `work` units; false when finished. */
bool demo_step(struct demo_run *run, size_t work);
/* Moves a run that is under way to the knobs of `args`, where it can go on with them; false: it
 * must be started again. */
bool demo_turn(struct demo_run *run, const struct demo_args *args);
/* To the end, without a break. */
void demo_finish(struct demo_run *run);
bool demo_is_instant(const struct demo_run *run);

/* ---- results -------------------------------------------------------------------------------- */

/* "mean_sum", "weight[-1]" (negative indexes count from the end). */
struct demo_ref {
    int result;
    bool indexed;
    long index;
};
bool demo_ref_read(const struct demo *demo, const char *text, struct demo_ref *ref,
                   struct err *err);
/* The number a reference stands for; false where it is not there (index past the end, not run) or
 * is text. */
bool demo_ref_number(const struct demo_run *run, struct demo_ref ref, double *number);
/* The text of a RESULT_TEXT; NULL for others. */
const char *demo_ref_text(const struct demo_run *run, struct demo_ref ref);

/* Why a learner may have said `said` where `truth` came out: the cause of the first slip that leads to
 * this number, ready to follow "you "; NULL: none that is known. */
const char *demo_slip(const struct demo_run *run, struct demo_ref ref, double said, double truth);

/* The object of `nntutor demo --json`, without a newline; elapsed_ms < 0 leaves that field out. */
void demo_json(const struct demo_run *run, double elapsed_ms, struct buf *out);
/* Lines `name[i] value unit`. */
void demo_lines(const struct demo_run *run, struct buf *out);

/* For demos: set results by index. */
void demo_out_number(struct demo_run *run, int result, double value);
void demo_out_text(struct demo_run *run, int result, const char *text); /* borrowed: arena text */
void demo_out_list(struct demo_run *run, int result, double *list, size_t count);
void demo_out_table(struct demo_run *run, int result, double *list, size_t rows, size_t columns);

#endif
