/* What the program does while nothing happens (nothing), and how much it sends when something does. */
#include "support/test.h"

#include "support/tutor.h"

#include "base/utf8.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>

/* CPU time of the program in clock ticks of the kernel, and how often it was woken. */
struct effort {
    unsigned long ticks;
    unsigned long switches;
};

static struct effort effort_of(struct vt *vt)
{
    struct effort effort = {0, 0};
    char path[64], text[4096] = "";
    snprintf(path, sizeof path, "/proc/%d/stat", (int)vt->pid);
    FILE *file = fopen(path, "r");
    if (!file)
        return effort;
    size_t n = fread(text, 1, sizeof text - 1, file);
    fclose(file);
    text[n] = '\0';
    unsigned long user = 0, system = 0;
    const char *after = strrchr(text, ')');
    assert_non_null(after);
    sscanf(after, ") %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &system);
    effort.ticks = user + system;
    snprintf(path, sizeof path, "/proc/%d/status", (int)vt->pid);
    if (!(file = fopen(path, "r")))
        return effort;
    while (fgets(text, sizeof text, file))
        sscanf(text, "voluntary_ctxt_switches: %lu", &effort.switches);
    fclose(file);
    return effort;
}

static bool never(struct vt *vt, const void *unused)
{
    (void)vt;
    (void)unused;
    return false;
}

static bool is_quiet(const struct effort *before, const struct effort *after)
{
    return after->ticks - before->ticks <= 1 && after->switches - before->switches <= 1;
}

/* Sleeping is what is tested here: the program has 300 ms in which to do something, and does not. What was
 * seen is written down behind its frame, for as long as a busy machine takes; so the first such times do
 * not count, as long as there is one in the end. */
static void assert_idle(struct vt *vt, const char *where)
{
    enum { QUIET_MS = 300, TIMES = 2 * VT_DEADLINE_MS / QUIET_MS };
    unsigned frames = vt->frames;
    size_t bytes = vt->bytes;
    struct effort before = {0}, after = effort_of(vt);
    for (int i = 0; i < TIMES && vt->bytes == bytes; i++) {
        before = after;
        vt_wait(vt, never, NULL, QUIET_MS);
        after = effort_of(vt);
        if (is_quiet(&before, &after))
            break;
    }
    if (!is_quiet(&before, &after) || vt->frames != frames || vt->bytes != bytes)
        fail_msg("%s: %lu ticks, woken %lu times, %u frames, %zu bytes in 300 ms of nothing", where,
                 after.ticks - before.ticks, after.switches - before.switches, vt->frames - frames,
                 vt->bytes - bytes);
}

static void test_nothing_happens_while_nothing_happens(void **state)
{
    struct vt *vt = *state = tutor_start(tutor_home(), 24, 80);
    vt_wait_text(vt, "Enter begin");
    assert_idle(vt, "welcome");
    tutor_to_home(vt);
    assert_idle(vt, "home");
    vt_key(vt, ENTER);
    assert_idle(vt, "a step that is read");
    vt_key(vt, ENTER);
    assert_idle(vt, "a prediction");
    tutor_type(vt, "0.09");
    vt_key(vt, ENTER);
    assert_idle(vt, "how sure");
    vt_send(vt, "3");
    vt_wait_text(vt, "You said 0.09");
    vt_key(vt, "t");
    assert_idle(vt, "the outcome");
    vt_key(vt, ESCAPE);
    vt_wait_text(vt, "go on at");
    vt_key(vt, "d");
    assert_idle(vt, "the gallery");
    vt_key(vt, ENTER);
    vt_wait_text(vt, "move the knob");
    assert_idle(vt, "a demo");
}

/* What trains in a blink is slowed down to be watched, and sleeps between two frames. */
static void test_an_animated_demo_sleeps_between_frames(void **state)
{
    enum { FRAMES = 20 };
    struct vt *vt = *state = tutor_start_with(
        TEXTS("nntutor", "demo", "playground", "width=1", "depth=1", "batch=1", "steps=100000"),
        tutor_home(), 24, 80);
    vt_wait_text(vt, "step ");
    unsigned frames = vt->frames;
    struct effort before = effort_of(vt);
    vt_wait_frames(vt, frames + FRAMES);
    struct effort after = effort_of(vt);
    if (after.switches - before.switches < FRAMES / 2)
        fail_msg("it slept %lu times in %d frames", after.switches - before.switches, FRAMES);
}

static void test_a_resize_costs_one_frame(void **state)
{
    struct vt *vt = *state = tutor_start(tutor_home(), 24, 80);
    tutor_to_home(vt);
    unsigned frames = vt->frames;
    vt_resize(vt, 30, 100);
    vt_wait_frames(vt, frames + 1);
    assert_idle(vt, "after a resize");
    assert_int_equal(vt->frames, frames + 1);
}

static void test_a_key_that_changes_nothing_sends_next_to_nothing(void **state)
{
    struct vt *vt = *state = tutor_start(tutor_home(), 60, 200);
    tutor_to_home(vt);
    size_t bytes = vt->bytes;
    vt_key(vt, "x");
    assert_true(vt->bytes - bytes <= 32); /* the two marks of a frame */
}

/* The rows of sliders, by their names; the longest drag a window allows. */
static void drag(struct vt *vt, int row, int from, int to)
{
    enum { BUDGET = 32 << 10 };
    vt_mouse_press(vt, row, from, 1);
    for (int x = from; x != to; x += from < to ? 1 : -1) {
        unsigned frames = vt->frames;
        size_t bytes = vt->bytes;
        vt_mouse_move(vt, row, x);
        vt_wait_frames(vt, frames + (x != from));
        unsigned painted = vt->frames > frames ? vt->frames - frames : 1;
        if ((vt->bytes - bytes) / painted > BUDGET)
            fail_msg("%zu bytes for %u frames", vt->bytes - bytes, painted);
    }
    vt_mouse_release(vt, row, to, 1);
}

static void test_a_frame_of_a_drag_stays_within_its_budget(void **state)
{
    static const struct {
        const char *demo, *knob;
    } cases[] = {{"mask-count", " p  "}, {"mask-count", "units "}, {"chain", "factor"},
                 {"mask", " p  "},       {"residual", "weight"},   {"relu-bias", " p "}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct vt *vt = *state =
            tutor_start_with(TEXTS("nntutor", "demo", cases[i].demo), tutor_home(), 60, 200);
        vt_wait_text(vt, "other knob");
        int row = -1;
        for (int y = 0; y < vt->rows; y++)
            if (strstr(vt_row(vt, y), cases[i].knob) && strstr(vt_row(vt, y), "━"))
                row = y;
        assert_true(row > 0);
        drag(vt, row, 20, 100);
        drag(vt, row, 100, 20);
        vt_teardown(state);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_nothing_happens_while_nothing_happens, vt_teardown),
        cmocka_unit_test_teardown(test_an_animated_demo_sleeps_between_frames, vt_teardown),
        cmocka_unit_test_teardown(test_a_resize_costs_one_frame, vt_teardown),
        cmocka_unit_test_teardown(test_a_key_that_changes_nothing_sends_next_to_nothing,
                                  vt_teardown),
        cmocka_unit_test_teardown(test_a_frame_of_a_drag_stays_within_its_budget, vt_teardown),
    };
    utf8_start();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
