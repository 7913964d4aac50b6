#include "tui/classroom.h"

#include "tui/seats.h"
#include "tui/votes.h"

#include <stdio.h>
#include <string.h>

/* The question on the slide, else the section's concept test. */
static const struct question *question_at_hand(const struct present *present)
{
    const struct study *study = present->study;
    const struct section *section = study_section(study);
    const struct quiz *quiz = study_chapter_quiz(study);
    if ((study->stage == STUDY_ASK || study->stage == STUDY_FEEDBACK) && study->ask.question)
        return study->ask.question;
    for (size_t i = 0; section && quiz && i < section->note_count; i++)
        if (section->notes[i]->concept_test)
            return quiz_find(quiz, section->notes[i]->concept_test);
    return NULL;
}

static bool ask(struct present *present, const struct question *question, int64_t like)
{
    struct err err;
    if (!question) {
        snprintf(present->message, sizeof present->message,
                 like ? "The quiz has no other question on this objective."
                      : "There is no question here: this section names no concept test.");
        return true;
    }
    return desk_ask(&present->host->desk, question, like, &err) || classroom_fail(present, &err);
}

static bool was_asked(const struct desk *desk, const struct question *question)
{
    for (size_t i = 0; i < desk->asked_count; i++)
        if (desk->asked[i] == question)
            return true;
    return false;
}

/* Of one that was asked already a second "vote" means it. */
static bool ask_at_hand(struct present *present, const struct question *again)
{
    const struct desk *desk = &present->host->desk;
    const struct question *question = question_at_hand(present);
    if (!question || !was_asked(desk, question) || question == again)
        return ask(present, question, 0);
    present->again = question;
    snprintf(present->message, sizeof present->message,
             "This question was asked already. v (\"vote\") again asks it anew, i (\"similar\") "
             "another one like it.");
    return true;
}

static bool vote(struct present *present, const struct question *again)
{
    struct desk *desk = &present->host->desk;
    struct err err;
    switch (desk->phase) {
    case PHASE_OPEN:
    case PHASE_PAUSED: {
        if (!desk_lock(desk, &err))
            return classroom_fail(present, &err);
        return true;
    }
    case PHASE_LOCKED:
        return desk_revote(desk, &err) || classroom_fail(present, &err);
    default:
        if (desk_can_revote(desk) && question_at_hand(present) == desk->question)
            return desk_revote(desk, &err) || classroom_fail(present, &err);
        return ask_at_hand(present, again);
    }
}

static bool leave_vote(struct present *present)
{
    struct desk *desk = &present->host->desk;
    struct study *study = present->study;
    if (desk->phase == PHASE_OPEN || desk->phase == PHASE_PAUSED) {
        snprintf(present->message, sizeof present->message, "A vote is open; v closes it.");
        return true;
    }
    if (!classroom_is_shown(present))
        return false;
    /* The slide of that question would only ask it again. */
    bool same = study->ask.question == desk->question;
    if (desk->phase == PHASE_REVEAL && study->stage == STUDY_ASK && same)
        study_skip(study);
    if (desk->phase == PHASE_REVEAL && study->stage == STUDY_FEEDBACK && same)
        study_next(study);
    desk->place[0] = '\0';
    desk->phase = PHASE_SHOW;
    classroom_follow(present);
    return true;
}

/* "60", "off": of the vote in hand, and of those to come. */
static bool set_time(struct present *present, const char *text)
{
    struct err err;
    int64_t seconds = 0;
    struct str word = str_trim(str_of(text));
    if (!str_is(word, "off") && (!str_integer(word, &seconds) || seconds < 1))
        err_set(&err, "say \"time 60\", for 60 seconds, or \"time off\"");
    else if (desk_limit(&present->host->desk, seconds, &err)) {
        if (seconds)
            snprintf(present->message, sizeof present->message, "A vote has %d seconds.",
                     (int)seconds);
        else
            snprintf(present->message, sizeof present->message, "A vote has no limit.");
        return true;
    }
    return classroom_fail(present, &err);
}

bool classroom_fail(struct present *present, const struct err *err)
{
    snprintf(present->message, sizeof present->message, "%c%.200s.",
             err->text[0] >= 'a' && err->text[0] <= 'z' ? err->text[0] - 32 : err->text[0],
             err->text + 1);
    return true;
}

bool classroom_do(struct present *present, const char *word)
{
    struct desk *desk = &present->host->desk;
    struct err err;
    const struct question *again = present->again;
    present->again = NULL;
    present->message[0] = '\0';
    present->listing = false;
    present->scroll = 0;
    if (desk->superseded) {
        snprintf(present->message, sizeof present->message, "%.230s", desk->problem);
        return true;
    }
    if (strcmp(word, "vote") == 0)
        return vote(present, again);
    if (strcmp(word, "reveal") == 0)
        return desk_reveal(desk, &err) || classroom_fail(present, &err);
    if (strcmp(word, "similar") == 0)
        return ask(present,
                   desk->question ? peer_similar(study_chapter_quiz(present->study), desk->question,
                                                 desk->asked, desk->asked_count)
                                  : NULL,
                   desk->q);
    if (strcmp(word, "pause") == 0)
        return desk_pause(desk, &err) || classroom_fail(present, &err);
    if (text_starts(word, "time "))
        return set_time(present, word + 5);
    if (strcmp(word, "roam") == 0 || strcmp(word, "gather") == 0) {
        if (*word == 'g' && !desk->roam) {
            snprintf(present->message, sizeof present->message,
                     "The class does not roam: it is with you.");
            return true;
        }
        if (!desk_roam(desk, *word == 'r', &err))
            return classroom_fail(present, &err);
        snprintf(present->message, sizeof present->message, "%s",
                 desk->roam ? "The class reads on by itself until the next question, or \"gather\"."
                            : "The class is with you again.");
        return true;
    }
    if (seats_do(present, word))
        return true;
    return strcmp(word, "next") == 0 && leave_vote(present);
}

bool classroom_is_over(const struct present *present)
{
    return present->host && present->host->desk.superseded;
}

size_t classroom_audience(const struct present *present)
{
    if (!present->host || classroom_is_over(present))
        return 0;
    return desk_in(&present->host->desk); /* who is away now may come back */
}

bool classroom_is_shown(const struct present *present)
{
    return classroom_is_over(present) ||
           (present->host && present->host->desk.phase != PHASE_SHOW &&
            present->host->desk.phase != PHASE_END);
}

void classroom_follow(struct present *present)
{
    const struct study *study = present->study;
    const struct section *section = study_section(study);
    char place[80];
    desk_prepare(&present->host->desk, question_at_hand(present));
    if (present->host->desk.phase == PHASE_LOBBY)
        return;
    snprintf(place, sizeof place, "%.40s %.10s %zu", study_chapter(study)->id,
             section ? section->number : "-", study->step + 1);
    desk_show(&present->host->desk, study->section, study->step, place);
}

/* ---- what the room sees ------------------------------------------------------------------------------- */

static void set_lines(const struct host *host, struct arena *arena, struct scene *scene)
{
    const char **lines = ARENA_ARRAY(arena, HOST_MOST_LINES, const char *);
    for (size_t i = 0; i < host->line_count; i++)
        lines[scene->line_count++] = arena_strdup(arena, host->lines[i]);
    scene->lines = lines;
}

static void set_lobby(const struct present *present, struct arena *arena, struct scene *scene)
{
    const struct desk *desk = &present->host->desk;
    struct buf names = {0};
    for (size_t i = 0; i < desk->seat_count; i++)
        if (desk->seats[i].row.state == SEAT_IN && *desk->seats[i].row.name)
            buf_addf(&names, "%s%s", names.length ? ", " : "", desk->seats[i].row.name);
    scene->title = study_chapter(present->study)->title;
    scene->names = arena_strdup(arena, buf_text(&names));
    scene->status =
        arena_printf(arena, "%zu here%s", desk_present(desk),
                     desk->session.locked ? "; the class is locked: nobody new can join" : "");
    buf_free(&names);
}

static void set_options(const struct question *question, struct arena *arena, struct votes *votes)
{
    const char **choices = ARENA_ARRAY(arena, PEER_OPTIONS, const char *);
    votes->choices = choices;
    for (size_t i = 0; i < question->choice_count && i < PEER_OPTIONS; i++)
        choices[votes->choice_count++] = question->choices[i].shown;
}

static const int64_t *counts_of(const struct desk *desk, struct arena *arena, int64_t rd)
{
    int64_t *counts = ARENA_ARRAY(arena, PEER_OPTIONS, int64_t);
    struct tally tally = desk_tally(desk, rd);
    for (size_t i = 0; i < PEER_OPTIONS; i++)
        counts[i] = (int64_t)tally.option[i];
    return counts;
}

/* What must not be seen before: bars, key, feedback. */
static void set_outcome(const struct desk *desk, bool choice, struct arena *arena,
                        struct votes *votes)
{
    const struct question *question = desk->question;
    const char **feedback = ARENA_ARRAY(arena, PEER_OPTIONS, const char *);
    int64_t *key = ARENA_ARRAY(arena, PEER_OPTIONS, int64_t);
    int64_t *flat = ARENA_ARRAY(arena, 24, int64_t);
    struct move moves[8];
    struct buf right = {0};
    for (size_t i = 0; i < votes->choice_count; i++) {
        feedback[i] = question->choices[i].feedback.text;
        if (question->choices[i].fraction > 0)
            key[votes->key_count++] = (int64_t)i;
    }
    votes->first = choice ? counts_of(desk, arena, 1) : NULL;
    votes->second = choice && desk->rd == 2 ? counts_of(desk, arena, 2) : NULL;
    votes->key = key;
    votes->feedback = feedback;
    votes->move_count = desk_moves(desk, moves, 8);
    for (size_t i = 0; i < votes->move_count; i++) {
        flat[3 * i] = (int64_t)moves[i].from;
        flat[3 * i + 1] = (int64_t)moves[i].to;
        flat[3 * i + 2] = (int64_t)moves[i].count;
    }
    votes->moves = flat;
    question_key_text(question, &right);
    votes->right = arena_strdup(arena, buf_text(&right));
    buf_free(&right);
}

static void set_vote(const struct desk *desk, struct arena *arena, struct scene *scene)
{
    const struct question *question = desk->question;
    enum form form = question_form(question);
    bool choice = form == FORM_CHOOSE_ONE || form == FORM_CHOOSE_MANY;
    bool reveal = desk->phase == PHASE_REVEAL;
    struct tally now = desk_tally(desk, desk->rd);
    struct buf text = {0};
    quiz_text_plain(&question->stem, &text);
    scene->votes.text = arena_strdup(arena, buf_text(&text));
    if (choice)
        set_options(question, arena, &scene->votes);
    if (reveal)
        set_outcome(desk, choice, arena, &scene->votes);
    if (desk_voting(desk)) {
        scene->left_ms = desk_left_ms(desk);
        scene->until_ms = (desk->left_ns + (desk->ticking ? desk->ticked_ns : 0)) / 1000000;
        scene->ticking = desk->ticking;
    }
    buf_clear(&text);
    buf_addf(&text, "%s%zu of %zu have voted%s", desk->rd == 2 ? "Second vote: " : "", now.answered,
             desk_in(desk),
             desk->phase == PHASE_PAUSED   ? "; paused."
             : desk->phase == PHASE_LOCKED ? "; the vote is closed."
                                           : ".");
    if (reveal && !choice && now.answered)
        buf_addf(&text, " %zu were right.", now.right);
    scene->status = arena_strdup(arena, buf_text(&text));
    buf_free(&text);
}

/* Whose network failed. */
static const char *problem_of(const struct host *host, struct arena *arena)
{
    const struct desk *desk = &host->desk;
    size_t missing = desk_missing(desk);
    if (*desk->problem || *host->problem)
        return *desk->problem ? desk->problem : host->problem;
    if (!desk->transport_up && desk->was_up)
        return "The instructor's computer has lost its broker, and is connecting again.";
    if (desk->left_ns > 0 && desk->phase == PHASE_OPEN && !desk->ticking && missing)
        return arena_printf(arena, "%zu of the class lost the connection: the time stands still.",
                            missing);
    if (desk_runs_out(desk))
        return arena_printf(arena,
                            "%zu of %d seat numbers are left; without one nobody new can join. If "
                            "strangers take them, say \"lock\" or \"code\".",
                            DESK_SEATS - desk->seat_count, DESK_SEATS);
    return "";
}

void classroom_scene(const struct present *present, struct arena *arena, struct scene *scene)
{
    const struct host *host = present->host;
    const struct desk *desk = &host->desk;
    *scene = (struct scene){.shown = classroom_is_shown(present),
                            .code = desk->session.code,
                            .here = host->broker != NULL,
                            .problem = problem_of(host, arena),
                            .title = "",
                            .names = "",
                            .status = "",
                            .left_ms = -1};
    if (classroom_is_over(present))
        scene->code = "";
    else
        set_lines(host, arena, scene);
    if (!*scene->code)
        return;
    if (scene->shown && (desk->phase == PHASE_LOBBY || !desk->question))
        set_lobby(present, arena, scene);
    else if (scene->shown)
        set_vote(desk, arena, scene);
}

/* ---- what only the notes say -------------------------------------------------------------------------- */

/* Where the class is, in the instructor's words: "locked" is a class that nobody new can join. */
static const char *say_phase(const struct desk *desk)
{
    static const char *const words[PHASE_END + 1] = {
        [PHASE_LOBBY] = "not begun",
        [PHASE_SHOW] = "a step is shown",
        [PHASE_OPEN] = "a vote is open",
        [PHASE_PAUSED] = "the vote is paused",
        [PHASE_LOCKED] = "the vote is closed",
        [PHASE_REVEAL] = "the votes are shown",
        [PHASE_END] = "over",
    };
    return desk->roam ? "roaming" : words[desk->phase];
}

static const char *say_options(const struct desk *desk, struct arena *arena, int64_t rd)
{
    struct tally tally = desk_tally(desk, rd);
    struct buf line = {0};
    buf_addf(&line, "Vote %lld:", (long long)rd);
    enum form form = question_form(desk->question);
    for (size_t i = 0; (form == FORM_CHOOSE_ONE || form == FORM_CHOOSE_MANY) &&
                       i < desk->question->choice_count && i < PEER_OPTIONS;
         i++)
        buf_addf(&line, " %c%s %zu", 'A' + (int)(i % 26),
                 desk->question->choices[i].fraction > 0 ? "✓" : "", tally.option[i]);
    if (tally.answered)
        buf_addf(&line, "; %zu of %zu right (%.0f %%)", tally.right, tally.answered,
                 100.0 * (double)tally.right / (double)tally.answered);
    const char *text = arena_strdup(arena, buf_text(&line));
    buf_free(&line);
    return text;
}

/* What "who" asked for, as far as there is room. */
static size_t say_list(const struct present *present, struct arena *arena, const char **out,
                       size_t most)
{
    const char *const *lines;
    size_t count = seats_list(&present->host->desk, present->listed, arena, &lines), shown = count;
    if (count > most)
        shown = most - 1;
    for (size_t i = 0; i < shown; i++)
        out[i] = lines[i];
    if (shown < count)
        out[shown] = arena_printf(
            arena, "+%zu more: \"who\" and a part of the name or number finds one.", count - shown);
    return shown + (shown < count);
}

size_t classroom_say(const struct present *present, struct arena *arena, const char **out,
                     size_t most)
{
    const struct host *host = present->host;
    const struct desk *desk = &host->desk;
    size_t count = 0;
    if (most < 8)
        return 0;
    const char *problem = problem_of(host, arena);
    if (*problem)
        out[count++] = problem;
    if (*present->message)
        out[count++] = present->message;
    out[count++] = arena_printf(arena, "Class %s: %zu of %zu here; %s%s.", desk->session.code,
                                desk_present(desk), desk_in(desk), say_phase(desk),
                                desk->session.locked ? "; locked: nobody new can join" : "");
    if (desk_pace(desk, PACE_LOST) || desk_pace(desk, PACE_SLOW))
        out[count++] = arena_printf(arena, "Pace: %zu lost, %zu too slow (in the last 5 minutes).",
                                    desk_pace(desk, PACE_LOST), desk_pace(desk, PACE_SLOW));
    if (present->listing)
        return count + say_list(present, arena, out + count, most - count);
    if (!classroom_is_shown(present) || !desk->question || desk->phase == PHASE_LOBBY) {
        out[count] = seats_say(desk, arena, false);
        return count + (*out[count] != '\0');
    }
    for (int64_t rd = 1; rd <= desk->rd; rd++)
        out[count++] = say_options(desk, arena, rd);
    if (desk->phase == PHASE_LOCKED) {
        struct tally tally = desk_tally(desk, desk->rd);
        out[count++] = peer_advice_text(peer_advice(&tally));
    } else if (desk->phase != PHASE_REVEAL) {
        out[count] = seats_say(desk, arena, true);
        count += *out[count] != '\0';
    }
    return count;
}
