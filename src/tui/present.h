/* tui/present.h: a chapter shown to a room: what both faces and the second terminal share.
 *
 * The steps are a study that logs nothing; here are the clock, the blank screen, the keys by name, and
 * what is told to the notes. */
#ifndef TUI_PRESENT_H
#define TUI_PRESENT_H

#include "live/transport.h"
#include "tui/tui.h"

struct host;

struct present {
    struct course *course;
    struct clock clock;
    int64_t began_ns;
    size_t chapter, section, step; /* where to begin */
    struct study *study;           /* what is shown; set by the face that shows it */
    struct transport *hub;         /* NULL: no second terminal can follow */
    char problem[300];             /* why not; said where it begins */
    char news[120];                /* to be said once; "" for none */
    bool gave_way;                 /* a class has asked for the second terminals, and has them */
    int64_t retry_ns;              /* without a hub: when it is tried again */
    bool blank;
    const struct question *again; /* was asked already: said once more, it is asked anew */
    struct host *host;            /* a class; NULL: the room only looks */
    bool ends;                    /* the class ends for good, and not only for now */
    char message[240]; /* for the instructor, of the last word that was said to the class */
    bool listing;      /* the last word asked who is in: the notes list them ... */
    char listed[120];  /* ... whose name or number has this part */
    int bundle;        /* descriptors of the hub and the class in one; -1: none */
    int scroll; /* of a class that is longer than its screens, in thousandths of what is hidden */
    struct buf said;   /* the state that was told last ... */
    struct buf showed; /* ... and what projectors were told */
    struct companion companion;
};

/* Opens the socket for the notes. Where another presentation has it, a class asks for it, and gets it from
 * one that is no class; else it goes on without, `problem` says why, and it is tried again. */
void present_open(struct present *present, struct course *course, size_t chapter, size_t section,
                  struct host *host);
void present_close(struct present *present);

/* Minutes since it began. */
int present_minutes(const struct present *present);

/* "next", "back", "blank", "go 3.4": what a key does, here or on the notes. False: it means nothing
 * now. */
bool present_do(struct present *present, const char *word);

/* What next does with a study before a room: what nobody answered is passed over. */
bool present_go_on(struct study *study);
/* A word for what a stage is, as the message to a projector has it. */
extern const char *const present_stages[STUDY_DONE + 1];

/* Tells the notes and the projectors where it stands, if that is new. */
void present_tell(struct present *present);

#endif
