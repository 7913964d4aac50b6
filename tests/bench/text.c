/* How fast text comes in: the sanitiser beside memcpy, the JSON reader beside Jansson. */
#include "support/test.h"

#include "support/oracle.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/utf8.h"

#include <stdio.h>
#include <string.h>

enum { ROUNDS = 5, TEXT_BYTES = 32 << 20 };

typedef size_t work(const struct buf *input);

static double now_s(void)
{
    struct clock clock = clock_system();
    return (double)clock_mono_ns(&clock) / 1e9;
}

/* Million bytes a second, the best of some rounds; `check` keeps the work from being left out. */
static double speed(work *run, const struct buf *input, size_t *check)
{
    double best = 0;
    for (int i = 0; i < ROUNDS; i++) {
        double before = now_s();
        *check += run(input);
        double rate = (double)input->length / (now_s() - before) / 1e6;
        if (rate > best)
            best = rate;
    }
    return best;
}

static size_t copy(const struct buf *input)
{
    char *to = memory_alloc(input->length);
    memcpy(to, input->data, input->length);
    size_t last = (size_t)to[input->length - 1];
    memory_free(to);
    return last;
}

static size_t sanitise(const struct buf *input)
{
    struct buf out = {0};
    utf8_sanitise(&out, input->data, input->length, NULL, NULL);
    size_t length = out.length;
    buf_free(&out);
    return length;
}

static size_t read_events(const struct buf *input)
{
    struct json_reader reader;
    size_t events = 0;
    json_open(&reader, input->data, input->length);
    for (enum json_event event; (event = json_next(&reader)) != JSON_END; events++)
        if (event == JSON_ERROR) {
            printf("%s\n", reader.err.text);
            break;
        }
    json_close(&reader);
    return events;
}

static size_t read_tree(const struct buf *input)
{
    return oracle_json_loads(input->data, input->length);
}

static void fill(struct buf *text, const char *line)
{
    while (text->length < TEXT_BYTES)
        buf_add(text, line);
}

static void print(const char *what, double ours, const char *peer, double theirs)
{
    printf("%-34s%8.0f MB/s%14s%8.0f MB/s%10.2f\n", what, ours, peer, theirs, ours / theirs);
}

int main(void)
{
    size_t check = 0;
    struct buf plain = {0}, code = {0}, mixed = {0}, greek = {0}, json = {0};
    utf8_start();
    fill(&plain, "A layer of eight units; each is kept with probability one half, or dropped.\n");
    fill(&code, "\tfor (int i = 0; i < n; i++)\n\t\tsum += w[i] * x[i];\n");
    fill(&mixed, "The logistic unit: σ(z) = 1 ⁄ (1 + e⁻ᶻ) → a “soft” step, 0 ≤ σ ≤ 1.\n");
    fill(&greek, "Δθσλμπρτφχψω∑∏∂∇∈≤≥≈→←↔⇒⊕⊗⟨⟩");
    buf_add(&json, "[");
    while (json.length < TEXT_BYTES)
        buf_add(&json,
                "{\"v\":1,\"id\":\"0190c0de-7e57\",\"at\":1790000000123,\"type\":\"answer\","
                "\"quiz\":\"dropout\",\"q\":\"keep-probability\",\"given\":\"0.5\",\"f\":0.75,"
                "\"confidence\":0.3333333333333333,\"hints\":[1,2,3],\"late\":false},\n");
    buf_add(&json, "null]");

    printf("%-34s%13s%14s%13s%10s\n", "text", "ours", "peer", "its", "ratio");
    double memory = speed(copy, &plain, &check);
    print("sanitise plain ASCII", speed(sanitise, &plain, &check), "memcpy", memory);
    print("sanitise code with tabs", speed(sanitise, &code, &check), "memcpy", memory);
    print("sanitise prose with formulas", speed(sanitise, &mixed, &check), "memcpy", memory);
    print("sanitise nothing but symbols", speed(sanitise, &greek, &check), "memcpy", memory);
    print("read JSON", speed(read_events, &json, &check), "jansson",
          speed(read_tree, &json, &check));
    buf_free(&plain);
    buf_free(&code);
    buf_free(&mixed);
    buf_free(&greek);
    buf_free(&json);
    return check == 0;
}
