/* What a class on the network is made of, without a broker: the pin in the code, addresses as they are
 * typed, ports, and the file that a session resumes from. */
#include "support/test.h"

#include "support/ports.h"

#include "live/host.h"
#include "live/network.h"
#include "live/route.h"
#include "live/tls.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void test_a_code_carries_the_pin_of_the_certificate(void **state)
{
    (void)state;
    struct buf pem = {0}, other = {0};
    uint64_t pin, again;
    char code[CLASS_CODE], before[CLASS_CODE];
    assert_true(tls_make_identity(&pem, NULL));
    assert_true(tls_make_identity(&other, NULL));
    assert_true(tls_identity_pin(pem.data, &pin));
    assert_true(tls_identity_pin(other.data, &again));
    assert_true(pin != again);
    assert_int_equal(pin >> 60, 0);
    class_new_code((const uint64_t[]){77, 0x0123456789abcdef}, code);
    snprintf(before, sizeof before, "%s", code);
    class_pin_code(pin, code);
    assert_true(class_code_pin(code) == pin);
    assert_string_equal(code + 14, before + 14); /* the secret is chance, as it was */
    assert_false(tls_identity_pin("no certificate", &pin));
    buf_free(&pem);
    buf_free(&other);
}

static void test_a_host_is_read_as_people_write_it(void **state)
{
    (void)state;
    static const struct {
        const char *typed, *host;
        int port;
    } good[] = {
        {"192.168.1.7", "192.168.1.7", 8883},   {"lab-3:9000", "lab-3", 9000},
        {"[2001:db8::1]", "2001:db8::1", 8883}, {"[2001:db8::1]:8884", "2001:db8::1", 8884},
        {"2001:db8::1", "2001:db8::1", 8883},
    };
    static const char *const bad[] = {"",           ":8883",        "host:",  "host:x", "host:0",
                                      "host:65536", "[2001:db8::1", "[::1]x", "[]"};
    char host[ROUTE_HOST];
    int port;
    struct err err;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        assert_true(route_read_host(good[i].typed, host, &port, &err));
        assert_string_equal(host, good[i].host);
        assert_int_equal(port, good[i].port);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (route_read_host(bad[i], host, &port, &err))
            fail_msg("%s was read as %s", bad[i], host);
}

static void test_a_way_is_found_or_said_to_be_closed(void **state)
{
    (void)state;
    struct route route;
    struct err err;
    int port, fd = port_listener(&port);
    assert_false(route_port_is_free(port, &err));
    assert_non_null(strstr(err.text, "taken"));
    assert_true(route_find(&route, "127.0.0.1", port, &err));
    assert_string_equal(route.address[0], "127.0.0.1");
    close(fd);
    assert_false(route_find(&route, "127.0.0.1", port, &err));
    assert_non_null(strstr(err.text, "nothing listens"));
    assert_false(route_find(&route, "no such name", port, &err));
    assert_non_null(strstr(err.text, "no computer of this name"));
}

static void test_a_network_is_kept_for_its_owner_alone(void **state)
{
    (void)state;
    struct arena arena;
    struct network network = {.port = 8884, .identity = "-----BEGIN X\nline\n"}, read;
    struct err err;
    struct stat info;
    char path[200], file[240];
    arena_init(&arena);
    const char *folder = test_folder();
    snprintf(path, sizeof path, "%s/class.db", folder);
    snprintf(file, sizeof file, "%s/class-0123456789abcdef.network", folder);
    assert_true(network_load(&read, path, "0123456789abcdef", &arena, &err)); /* a local one */
    assert_int_equal(read.port, 0);
    assert_true(network_save(&network, path, "0123456789abcdef", &err));
    assert_int_equal(stat(file, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
    assert_true(network_load(&read, path, "0123456789abcdef", &arena, &err));
    assert_int_equal(read.port, 8884);
    assert_string_equal(read.identity, network.identity);
    assert_null(read.broker);
    network_forget(path, "0123456789abcdef");
    assert_int_not_equal(access(file, F_OK), 0);
    network = (struct network){.broker = "mqtts://mqtt.example.org", .ca = "/etc/our ca.pem"};
    assert_true(network_save(&network, path, "0123456789abcdef", &err));
    assert_true(network_load(&read, path, "0123456789abcdef", &arena, &err));
    assert_string_equal(read.broker, network.broker);
    assert_string_equal(read.ca, network.ca);
    FILE *rubbish = fopen(file, "w");
    fputs("port seven\n", rubbish);
    fclose(rubbish);
    assert_false(network_load(&read, path, "0123456789abcdef", &arena, &err));
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_code_carries_the_pin_of_the_certificate),
        cmocka_unit_test(test_a_host_is_read_as_people_write_it),
        cmocka_unit_test(test_a_way_is_found_or_said_to_be_closed),
        cmocka_unit_test(test_a_network_is_kept_for_its_owner_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
