#include "study/standing.h"

#include "study/internal.h"

#include <string.h>

/* ---- the fold ---------------------------------------------------------------------------------- */

void standing_init(struct standing *standing)
{
    struct fsrs fsrs = review_fsrs();
    *standing = (struct standing){0};
    arena_init(&standing->arena);
    deck_init(&standing->review.deck, &fsrs, false);
}

void standing_close(struct standing *standing)
{
    review_close(&standing->review);
    arena_free(&standing->arena);
    *standing = (struct standing){0};
}

static struct standing_chapter *find_or_add(struct standing *standing, const char *id)
{
    for (size_t i = 0; i < standing->chapter_count; i++)
        if (strcmp(standing->chapters[i].id, id) == 0)
            return &standing->chapters[i];
    struct standing_chapter fresh = {.id = arena_strdup(&standing->arena, id)};
    ARENA_PUSH(&standing->arena, standing->chapters, standing->chapter_count,
               standing->chapter_capacity, fresh);
    return &standing->chapters[standing->chapter_count - 1];
}

static void count(struct hits said[CONFIDENCES], int confidence, bool right)
{
    struct hits *hits = &said[confidence > 0 && confidence < CONFIDENCES ? confidence : 0];
    hits->given++;
    hits->right += right;
}

static uint64_t hash_of(const char *text)
{
    return str_hash(text, strlen(text));
}

/* ---- predictions --------------------------------------------------------------------------------- */

/* Open addressing: keys are hashes already, 0 is an empty place. */
static bool put_key(uint64_t *keys, size_t capacity, uint64_t key)
{
    size_t at = key % capacity;
    while (keys[at] && keys[at] != key)
        at = (at + 1) % capacity;
    bool fresh = !keys[at];
    keys[at] = key;
    return fresh;
}

static bool is_first(struct standing *standing, uint64_t key)
{
    if (2 * (standing->key_count + 1) > standing->key_capacity) {
        size_t capacity = standing->key_capacity ? 2 * standing->key_capacity : 64;
        uint64_t *keys = ARENA_ARRAY(&standing->arena, capacity, uint64_t);
        for (size_t i = 0; i < standing->key_capacity; i++)
            if (standing->keys[i])
                put_key(keys, capacity, standing->keys[i]);
        standing->keys = keys;
        standing->key_capacity = capacity;
    }
    bool fresh = put_key(standing->keys, standing->key_capacity, key ? key : 1);
    standing->key_count += fresh;
    return fresh;
}

/* The log keeps what was said in a drill as a prediction, without certainty: the course knows where its
 * drills are. */
static bool is_drill(const struct course *course, const struct event *event)
{
    bool drill = false;
    for (size_t c = 0; course && !event->confidence && c < course->chapter_count; c++) {
        const struct chapter *lesson = &course->chapters[c].lesson;
        if (!lesson->id || strcmp(lesson->id, event->chapter) != 0)
            continue;
        for (size_t s = 0; s < lesson->section_count; s++) {
            const struct section *section = &lesson->sections[s];
            if (!section->number || strcmp(section->number, event->section) != 0)
                continue;
            for (size_t i = 0; i < section->step_count; i++) {
                const struct directive *directive = section->steps[i].directive;
                drill = drill || (directive && directive->kind == DIRECTIVE_DRILL &&
                                  study_is_drill(section, directive, event->demo, event->result));
            }
        }
    }
    return drill;
}

static void add_prediction(struct standing *standing, const struct event *event)
{
    struct standing_chapter *chapter = find_or_add(standing, event->chapter);
    if (is_drill(standing->course, event)) {
        chapter->drills.given++;
        chapter->drills.right += event->right;
        return;
    }
    uint64_t parts[] = {study_prediction_key(event), chapter->resets};
    if (is_first(standing, str_hash((const char *)parts, sizeof parts)))
        count(chapter->predictions, event->confidence, event->right);
}

/* ---- answers ------------------------------------------------------------------------------------- */

/* Of an attempt at a test the first answer to a question counts; a second one came after the hint. */
static void keep_answer(struct standing *standing, const struct event *event, bool right)
{
    struct standing_answer answer = {.quiz = event->quiz,
                                     .key = event->question,
                                     .attempt = hash_of(event->attempt),
                                     .hash = event->question_hash,
                                     .right = right};
    for (size_t i = standing->answer_count; i-- > 0;) {
        const struct standing_answer *before = &standing->answers[i];
        if (before->attempt != answer.attempt)
            break; /* answers of an attempt stand together, but for those of two terminals at once */
        if (strcmp(before->key, answer.key) == 0 && strcmp(before->quiz, answer.quiz) == 0)
            return;
    }
    answer.quiz = arena_strdup(&standing->arena, answer.quiz);
    answer.key = arena_strdup(&standing->arena, answer.key);
    ARENA_PUSH(&standing->arena, standing->answers, standing->answer_count,
               standing->answer_capacity, answer);
}

static void add_answer(struct standing *standing, const struct event *event)
{
    if (event->ungraded || !event->question || !event->state || review_is_practice(event))
        return;
    bool right = strcmp(event->state, "right") == 0;
    count(find_or_add(standing, event->chapter)->answers, event->confidence, right);
    if (!*event->chapter && event->quiz && event->attempt && *event->attempt)
        keep_answer(standing, event, right);
}

static void add_score(struct standing *standing, const struct event *event)
{
    if (*event->chapter || !event->quiz || !event->attempt ||
        !score_is_possible(event->score, event->max))
        return;
    struct standing_score score = {.quiz = arena_strdup(&standing->arena, event->quiz),
                                   .attempt = hash_of(event->attempt),
                                   .score = event->score,
                                   .max = event->max};
    ARENA_PUSH(&standing->arena, standing->scores, standing->score_count, standing->score_capacity,
               score);
}

static void add_reset(struct standing *standing, const char *chapter)
{
    bool all = strcmp(chapter, "all") == 0;
    for (size_t i = 0; i < standing->chapter_count; i++)
        if (all || strcmp(standing->chapters[i].id, chapter) == 0)
            standing->chapters[i] = (struct standing_chapter){
                .id = standing->chapters[i].id, .resets = standing->chapters[i].resets + 1};
    if (all)
        standing->answer_count = standing->score_count = 0;
}

void standing_add(struct standing *standing, const struct event *event)
{
    deck_add(&standing->review.deck, event);
    if (event->type == EVENT_ANSWER)
        add_answer(standing, event);
    else if (event->type == EVENT_PREDICTION && !event->watched && !study_is_explanation(event))
        add_prediction(standing, event);
    else if (event->type == EVENT_SCORE)
        add_score(standing, event);
    else if (event->type == EVENT_RESET)
        add_reset(standing, event->chapter);
}

static bool add_event(void *standing, const struct event *event)
{
    standing_add(standing, event);
    return true;
}

bool standing_open(struct standing *standing, struct store *store, struct course *course,
                   const struct clock *clock, struct err *err)
{
    *standing = (struct standing){.course = course};
    arena_init(&standing->arena);
    standing->review.day = clock_study_day(clock_wall_ms(clock));
    if (!deck_begin(&standing->review.deck, store, course->page.id, err))
        return false;
    if (!store)
        return true;
    if (!store_standing(store, course->page.id, add_event, standing, err))
        return false;
    review_line_up(&standing->review, course, 0);
    return true;
}

/* ---- certainty, and what is to come ---------------------------------------------------------------- */

void standing_calibration(const struct standing *standing, struct hits answers[CONFIDENCES],
                          struct hits predictions[CONFIDENCES])
{
    memset(answers, 0, CONFIDENCES * sizeof *answers);
    memset(predictions, 0, CONFIDENCES * sizeof *predictions);
    for (size_t i = 0; i < standing->chapter_count; i++)
        for (size_t k = 0; k < CONFIDENCES; k++) {
            const struct standing_chapter *chapter = &standing->chapters[i];
            answers[k].given += chapter->answers[k].given;
            answers[k].right += chapter->answers[k].right;
            predictions[k].given += chapter->predictions[k].given;
            predictions[k].right += chapter->predictions[k].right;
        }
}

struct hits standing_predictions(const struct standing *standing)
{
    struct hits sum = {0}, answers[CONFIDENCES], predictions[CONFIDENCES];
    standing_calibration(standing, answers, predictions);
    for (size_t k = 0; k < CONFIDENCES; k++) {
        sum.given += predictions[k].given;
        sum.right += predictions[k].right;
    }
    return sum;
}

struct hits standing_drills(const struct standing *standing)
{
    struct hits sum = {0};
    for (size_t i = 0; i < standing->chapter_count; i++) {
        sum.given += standing->chapters[i].drills.given;
        sum.right += standing->chapters[i].drills.right;
    }
    return sum;
}

bool standing_forecast(const struct standing *standing, size_t days[FORECAST_DAYS + 1])
{
    const struct deck *deck = &standing->review.deck;
    bool any = false;
    memset(days, 0, (FORECAST_DAYS + 1) * sizeof *days);
    for (size_t i = 0; i < deck->count; i++) {
        const struct card *card = &deck->cards[i];
        if (!card->question || !card->admitted || card->retired)
            continue;
        int ahead = card->due_day - standing->review.day;
        any = true;
        days[ahead < 0 ? 0 : ahead < FORECAST_DAYS ? ahead : FORECAST_DAYS]++;
    }
    return any;
}

bool standing_has_misled(const struct standing *standing)
{
    const struct deck *deck = &standing->review.deck;
    for (size_t i = 0; i < deck->count; i++) {
        const struct card *card = &deck->cards[i];
        if (card->question && card->admitted && !card->retired && card->misled)
            return true;
    }
    return false;
}

/* ---- objectives ---------------------------------------------------------------------------------- */

bool standing_is_weak(size_t right, size_t asked)
{
    return 3 * right < 2 * asked;
}

static bool has_objective(const struct question *question, const char *id)
{
    const char *tag;
    for (size_t i = 0; (tag = question_tag(question, "objective:", i)); i++)
        if (strcmp(tag, id) == 0)
            return true;
    return false;
}

/* What there is to read again, in the order of the chapter: "3.2, 3.3". */
static const char *sections_of(const struct chapter *chapter, const bool *missed,
                               struct arena *arena)
{
    const char *list = "";
    for (size_t i = 0; i < chapter->section_count; i++)
        if (missed[i])
            list = *list ? arena_printf(arena, "%s, %s", list, chapter->sections[i].number)
                         : chapter->sections[i].number;
    return list;
}

static void mark_section(const struct chapter *chapter, const char *number, bool *missed)
{
    for (size_t i = 0; number && i < chapter->section_count; i++)
        if (chapter->sections[i].number && strcmp(chapter->sections[i].number, number) == 0)
            missed[i] = true;
}

static struct standing_objective
sum_objective(const struct standing *standing, const struct chapter *chapter,
              const struct quiz *quiz, const struct objective *objective, struct arena *arena)
{
    struct standing_objective sum = {.id = objective->id, .text = objective->text};
    bool *missed = ARENA_ARRAY(arena, chapter->section_count, bool);
    const struct review *review = &standing->review;
    for (size_t i = 0; quiz && i < quiz->count; i++) {
        const struct question *question = &quiz->questions[i];
        if (!question_is_gradable(question) || !has_objective(question, objective->id))
            continue;
        sum.questions++;
        const struct card *card = deck_find(&review->deck, quiz->id, question->key);
        if (!card || !card->latest_day)
            continue;
        sum.asked++;
        sum.right += card->latest_right;
        if (!card->latest_right)
            mark_section(chapter, question_tag(question, "section:", 0), missed);
        if (review_has_come_back(card) && !card->retired) {
            sum.cards++;
            sum.remembered += review_is_remembered(&review->deck, card, review->day);
        }
    }
    sum.weak = standing_is_weak(sum.right, sum.asked);
    sum.read = sections_of(chapter, missed, arena);
    return sum;
}

size_t standing_objectives(const struct standing *standing, struct course *course, size_t chapter,
                           struct arena *arena, struct standing_objective **out)
{
    const struct chapter *lesson = &course->chapters[chapter].lesson;
    const struct quiz *quiz = course_quiz(course, chapter);
    *out = ARENA_ARRAY(arena, lesson->objective_count, struct standing_objective);
    for (size_t i = 0; i < lesson->objective_count; i++)
        (*out)[i] = sum_objective(standing, lesson, quiz, &lesson->objectives[i], arena);
    return lesson->objective_count;
}

/* ---- before and after ------------------------------------------------------------------------------ */

/* The attempt that counts: the first pre-test, since a second one is practice; the latest post-test. */
static const struct standing_score *attempt_of(const struct standing *standing, const char *quiz,
                                               enum course_test which)
{
    const struct standing_score *found = NULL;
    for (size_t i = 0; i < standing->score_count; i++)
        if (strcmp(standing->scores[i].quiz, quiz) == 0 && (!found || which == COURSE_POSTTEST))
            found = &standing->scores[i];
    return found;
}

static struct change_row *row_of(struct change *change, const char *objective)
{
    for (size_t i = 0; i < change->row_count; i++)
        if (strcmp(change->rows[i].objective, objective) == 0)
            return &change->rows[i];
    change->rows[change->row_count] = (struct change_row){.objective = objective};
    return &change->rows[change->row_count++];
}

static bool was_right(const struct standing *standing, const struct standing_score *attempt,
                      const struct question *question)
{
    for (size_t i = 0; i < standing->answer_count; i++) {
        const struct standing_answer *answer = &standing->answers[i];
        if (answer->attempt == attempt->attempt && strcmp(answer->key, question->key) == 0 &&
            strcmp(answer->quiz, attempt->quiz) == 0)
            return answer->right;
    }
    return false; /* left unanswered */
}

void standing_change(const struct standing *standing, struct course *course, struct arena *arena,
                     struct change *change)
{
    *change = (struct change){0};
    size_t most = 0;
    for (enum course_test t = 0; t < COURSE_TESTS; t++) {
        const struct quiz *quiz = course_test(course, t);
        for (size_t i = 0; quiz && i < quiz->count; i++)
            most += quiz->questions[i].tag_count;
    }
    change->rows = ARENA_ARRAY(arena, most, struct change_row);
    for (enum course_test t = 0; t < COURSE_TESTS; t++) {
        const struct quiz *quiz = course_test(course, t);
        const struct standing_score *attempt = quiz ? attempt_of(standing, quiz->id, t) : NULL;
        if (!attempt)
            continue;
        change->taken[t] = true;
        change->score[t] = attempt->score;
        change->max[t] = attempt->max;
        for (size_t i = 0; i < quiz->count; i++) {
            const struct question *question = &quiz->questions[i];
            const char *id;
            if (!question_is_gradable(question))
                continue;
            for (size_t k = 0; (id = question_tag(question, "objective:", k)); k++) {
                struct change_row *row = row_of(change, id);
                row->text = course_objective(course, id);
                row->right[t] += was_right(standing, attempt, question);
                row->asked[t]++;
            }
        }
    }
}
