/* The join code: five groups of four characters that nobody confuses. */
#include "live/desk.h"

#include <ctype.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdio.h>
#include <string.h>

/* Crockford's 32: no I, L, O, U. */
static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
enum { GROUPS = 5, GROUP = 4, PINNED = 3 * GROUP };

void class_topic(const char *sid, const char *rest, char out[TRANSPORT_MOST_TOPIC])
{
    snprintf(out, TRANSPORT_MOST_TOPIC, "nnt/1/%s/%s", sid, rest);
}

void class_sid(const char *code, char sid[CLASS_ID])
{
    /* Whoever carries the messages sees it, and must not find the code in it. The last two groups are
     * a secret that may be changed while the session goes on. */
    unsigned char hash[EVP_MAX_MD_SIZE] = {0};
    EVP_Digest(code, strnlen(code, 14), hash, NULL, EVP_sha256(), NULL);
    for (size_t i = 0; i < (CLASS_ID - 1) / 2; i++)
        snprintf(sid + 2 * i, 3, "%02x", hash[i]);
}

/* HMAC-SHA-256: who knows some of its values learns nothing of the others. */
static void derive(const uint64_t key[DESK_KEY], const char *what, int64_t number,
                   unsigned char out[EVP_MAX_MD_SIZE])
{
    char text[40];
    int length = snprintf(text, sizeof text, "%.10s %lld", what, (long long)number);
    memset(out, 0, EVP_MAX_MD_SIZE);
    HMAC(EVP_sha256(), key, DESK_KEY * sizeof *key, (const unsigned char *)text, (size_t)length,
         out, NULL);
}

void class_seat_secret(const uint64_t key[DESK_KEY], int64_t seat, char secret[CLASS_SECRET])
{
    unsigned char hash[EVP_MAX_MD_SIZE];
    derive(key, "seat", seat, hash);
    for (size_t i = 0; i < (CLASS_SECRET - 1) / 2; i++)
        snprintf(secret + 2 * i, 3, "%02x", hash[i]);
}

void class_new_code(const uint64_t random[2], char code[CLASS_CODE])
{
    size_t length = 0;
    for (int i = 0; i < GROUPS * GROUP; i++) {
        if (i && i % GROUP == 0)
            code[length++] = '-';
        code[length++] = alphabet[random[i / 10] >> (5 * (i % 10)) & 31];
    }
    code[length] = '\0';
}

void class_change_secret(const uint64_t key[DESK_KEY], int64_t rev, char code[CLASS_CODE])
{
    unsigned char hash[EVP_MAX_MD_SIZE];
    uint64_t random;
    derive(key, "code", rev, hash);
    memcpy(&random, hash, sizeof random);
    for (size_t i = 15; i < 24; i++)
        if (code[i] != '-') {
            code[i] = alphabet[random & 31];
            random >>= 5;
        }
}

static size_t place_of(int i)
{
    return (size_t)(i + i / GROUP);
}

void class_pin_code(uint64_t pin, char code[CLASS_CODE])
{
    for (int i = 0; i < PINNED; i++)
        code[place_of(i)] = alphabet[pin >> 5 * (PINNED - 1 - i) & 31];
}

uint64_t class_code_pin(const char *code)
{
    uint64_t pin = 0;
    for (int i = 0; i < PINNED; i++) {
        const char *at = strchr(alphabet, code[place_of(i)]);
        pin = pin << 5 | (uint64_t)(at ? at - alphabet : 0);
    }
    return pin;
}

bool class_read_code(const char *typed, char code[CLASS_CODE])
{
    size_t length = 0, count = 0;
    for (const char *at = typed; *at; at++) {
        char c = (char)toupper((unsigned char)*at);
        c = c == 'O' ? '0' : c == 'I' || c == 'L' ? '1' : c;
        if (c == '-' || c == ' ')
            continue;
        if (!strchr(alphabet, c) || count == GROUPS * GROUP)
            return false;
        if (count && count % GROUP == 0)
            code[length++] = '-';
        code[length++] = c;
        count++;
    }
    code[length] = '\0';
    return count == GROUPS * GROUP;
}
