# make          build/nntutor
# make run      set up, build, start           make test    set up, build, run all tests
# make help     every target and switch
#
# Switches: T=NAME one test, VECTORS=FILE its vectors, SAN=address,undefined a sanitised build,
# PREFIX= and DESTDIR= for install, B= another build folder.

CC      ?= gcc
PREFIX  ?= /usr/local
SHELL   := /bin/sh
comma   := ,
B       ?= build$(if $(SAN),/san-$(subst $(comma),-,$(SAN)))

BUILD_PACKAGES = gcc libc6-dev libncurses-dev libmd4c-dev libsqlite3-dev libgmp-dev libutf8proc-dev zlib1g-dev \
    libexpat1-dev libmosquitto-dev libssl-dev
TEST_PACKAGES  = $(BUILD_PACKAGES) libcmocka-dev libvterm-dev libjansson-dev libcmark-dev ncurses-term
CLASS_PACKAGES = mosquitto mosquitto-dev

WARNINGS = -Wall -Wextra -Wshadow -Wconversion -Wvla -Wstrict-prototypes -Wmissing-prototypes
CFLAGS  ?= -O2 -g
ALL_CFLAGS = -std=c17 -D_GNU_SOURCE -Isrc -Itests $(WARNINGS) $(CFLAGS) \
    -fno-math-errno -ffp-contract=off $(if $(SAN),-fsanitize=$(SAN) -fno-omit-frame-pointer,\
    -fstack-protector-strong)
LIBS = -lncursesw -ltinfo -lmd4c -lsqlite3 -lgmp -lutf8proc -lexpat -lz -lmosquitto -lssl -lcrypto -lm -lpthread
LDFLAGS_ALL = $(LDFLAGS) $(if $(SAN),-fsanitize=$(SAN)) -Wl,--as-needed

SOURCES  := $(wildcard src/*/*.c)
# What runs inside the broker, where its headers are there (make deps CLASS=1).
PLUGIN   := src/live/plugin/seats.c
SEATS    := $(if $(wildcard /usr/include/mosquitto_plugin.h /usr/local/include/mosquitto_plugin.h),$B/nntutor-seats.so)
OBJECTS  := $(SOURCES:%.c=$B/%.o)
UNIT     := $(patsubst tests/unit/%.c,$B/tests/%,$(wildcard tests/unit/test_*.c))
TTY      := $(patsubst tests/tty/%.c,$B/tests/%,$(wildcard tests/tty/test_*.c))
FUZZ     := $(patsubst tests/fuzz/%.c,$B/tests/%,$(wildcard tests/fuzz/fuzz_*.c))
BENCH    := $(patsubst tests/bench/%.c,$B/bench/%,$(wildcard tests/bench/*.c))
SUPPORT  := $(patsubst %.c,$B/%.o,$(filter-out tests/support/fuzz_main.c,$(wildcard tests/support/*.c)))
FAULTS   := $B/tests/faults.so
HEADERS  := $(wildcard src/*/*.h tests/support/*.h)

.PHONY: all run test test-built learner kills bench bench-programs install uninstall deps asan lint format fuzz help clean
.DELETE_ON_ERROR:
.SECONDARY:

all: $B/nntutor $(SEATS)

# Another compiler, other flags or another list of files make everything anew.
STAMP := $B/.built-with
$(STAMP): FORCE
	@mkdir -p $B
	@echo '$(CC) $(ALL_CFLAGS) $(OBJECTS)' | cmp -s - $@ || echo '$(CC) $(ALL_CFLAGS) $(OBJECTS)' > $@
FORCE:

$B/nntutor: $B/src/main.o $B/libnntutor.a
	@echo "  LD $@"
	@$(CC) $(LDFLAGS_ALL) $^ $(LIBS) -o $@

$B/libnntutor.a: $(OBJECTS)
	@rm -f $@
	@$(AR) rcs $@ $^

$B/%.o: %.c $(STAMP)
	@mkdir -p $(@D)
	@echo "  CC $<"
	@$(CC) $(ALL_CFLAGS) -MMD -MP -c $< -o $@

$B/tests/%: $B/tests/unit/%.o $(SUPPORT) $B/libnntutor.a
	@echo "  LD $@"
	@$(CC) $(LDFLAGS_ALL) $^ -lcmocka -lvterm -lutil -ljansson -lcmark $(LIBS) -o $@

$B/tests/%: $B/tests/tty/%.o $(SUPPORT) $B/libnntutor.a
	@echo "  LD $@"
	@$(CC) $(LDFLAGS_ALL) $^ -lcmocka -lvterm -lutil -ljansson $(LIBS) -o $@

$B/tests/fuzz_%: $B/tests/fuzz/fuzz_%.o $B/tests/support/fuzz_main.o $B/libnntutor.a
	@echo "  LD $@"
	@$(CC) $(LDFLAGS_ALL) $^ $(LIBS) -o $@

# Preloaded into the program under test, which may be a sanitised one; itself it is not.
$(FAULTS): tests/preload/faults.c
	@mkdir -p $(@D)
	@echo "  LD $@"
	@$(CC) -std=c17 -D_GNU_SOURCE $(WARNINGS) $(CFLAGS) -fPIC -shared $< -o $@ -ldl

# Loaded by the broker, which is never a sanitised one.
$B/nntutor-seats.so: $(PLUGIN)
	@mkdir -p $(@D)
	@echo "  LD $@"
	@$(CC) -std=c17 -D_GNU_SOURCE $(WARNINGS) $(CFLAGS) -fPIC -shared $< -o $@

$B/bench/%: $B/tests/bench/%.o $(SUPPORT) $B/libnntutor.a
	@mkdir -p $(@D)
	@echo "  LD $@"
	@$(CC) $(LDFLAGS_ALL) $^ -lcmocka -lvterm -lutil -ljansson $(LIBS) -o $@

-include $(shell find $B -name '*.d' 2>/dev/null)

run: ## set up what is missing, build, and start the tutor
	@sh packaging/install-deps.sh $(BUILD_PACKAGES)
	@[ -x $B/nntutor ] || echo 'Building; this takes about half a minute, once.'
	@$(MAKE) --no-print-directory -s all
	@if [ -t 0 ] && [ -t 1 ]; then exec $B/nntutor; else exec $B/nntutor show; fi

test: ## set up what is missing, build, and run every test (or T=NAME)
	@sh packaging/install-deps.sh $(TEST_PACKAGES)
	@$(MAKE) --no-print-directory -j$(shell nproc 2>/dev/null || echo 2) test-built

test-built: $B/nntutor $(SEATS) $(FAULTS) $(if $(T),$(filter %/test_$(T) %/$(T),$(UNIT) $(TTY) $(FUZZ)),$(UNIT) $(TTY) $(FUZZ))
	@B="$B" T="$(T)" VECTORS="$(VECTORS)" sh tests/support/run-tests.sh

bench-programs: $(BENCH) ## build build/bench/*

bench: $B/nntutor bench-programs ## measure, with the peers in the same run where they are installed
	@B="$B" sh tests/bench/run.sh

learner: ## a simulated learner on the whole course, DAYS=180
	@LEARNER_DAYS="$(or $(DAYS),180)" $(MAKE) --no-print-directory test T=learner V=1

kills: ## kill -9 at N=1000 random moments of quizzes and reviews
	@KILLS="$(or $(N),1000)" $(MAKE) --no-print-directory test T=kills V=1

deps: ## install what building and testing need (CLASS=1: the broker too)
	@sh packaging/install-deps.sh $(TEST_PACKAGES) $(if $(CLASS),$(CLASS_PACKAGES))
	@$(if $(CLASS),echo "Debian starts the broker as a service; to switch it off: sudo systemctl disable --now mosquitto",:)

asan: ## the tests under the address and undefined-behaviour sanitizers
	@$(MAKE) --no-print-directory test SAN=address,undefined

lint: ## formatting, static analysis, and both compilers without a warning
	@clang-format --dry-run -Werror $(SOURCES) $(PLUGIN) $(HEADERS) src/main.c $(wildcard tests/*/*.c)
	@cppcheck --quiet --std=c11 --error-exitcode=1 --inline-suppr -Isrc --enable=warning,portability \
	    --suppress=missingIncludeSystem $(SOURCES) src/main.c
	@clang -fsyntax-only $(filter-out -fstack-protector-strong,$(ALL_CFLAGS)) -Werror $(SOURCES) src/main.c \
	    $(if $(SEATS),$(PLUGIN))
	@sh tests/support/check-layers.sh

format: ## let clang-format decide
	@clang-format -i $(SOURCES) $(PLUGIN) $(HEADERS) src/main.c $(wildcard tests/*/*.c)

fuzz: ## fuzz every parser with libFuzzer (clang), SECONDS=60 each
	@CFLAGS_FUZZ="$(filter-out -fstack-protector-strong,$(ALL_CFLAGS))" LIBS="$(LIBS)" \
	    SECONDS_EACH="$(or $(SECONDS),60)" T="$(T)" B="$B" sh tests/fuzz/run.sh

install: $B/nntutor $(SEATS) ## binary, course, man page, completions under $(PREFIX)
	install -d "$(DESTDIR)$(PREFIX)/bin" "$(DESTDIR)$(PREFIX)/share/nntutor/lessons" \
	    "$(DESTDIR)$(PREFIX)/share/nntutor/quizzes" "$(DESTDIR)$(PREFIX)/share/man/man1" \
	    "$(DESTDIR)$(PREFIX)/share/bash-completion/completions" \
	    "$(DESTDIR)$(PREFIX)/share/zsh/site-functions" \
	    "$(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d"
	install -m 755 $B/nntutor "$(DESTDIR)$(PREFIX)/bin/nntutor"
	$(if $(SEATS),install -D -m 644 $(SEATS) "$(DESTDIR)$(PREFIX)/lib/nntutor/nntutor-seats.so")
	install -m 644 lessons/*.md "$(DESTDIR)$(PREFIX)/share/nntutor/lessons/"
	install -m 644 quizzes/*.gift "$(DESTDIR)$(PREFIX)/share/nntutor/quizzes/"
	$B/nntutor help --man > "$(DESTDIR)$(PREFIX)/share/man/man1/nntutor.1"
	$B/nntutor help --completion bash > "$(DESTDIR)$(PREFIX)/share/bash-completion/completions/nntutor"
	$B/nntutor help --completion zsh > "$(DESTDIR)$(PREFIX)/share/zsh/site-functions/_nntutor"
	$B/nntutor help --completion fish > "$(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/nntutor.fish"

uninstall: ## take away what install put there
	rm -f "$(DESTDIR)$(PREFIX)/bin/nntutor" "$(DESTDIR)$(PREFIX)/share/man/man1/nntutor.1" \
	    "$(DESTDIR)$(PREFIX)/share/bash-completion/completions/nntutor" \
	    "$(DESTDIR)$(PREFIX)/share/zsh/site-functions/_nntutor" \
	    "$(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/nntutor.fish"
	rm -rf "$(DESTDIR)$(PREFIX)/share/nntutor" "$(DESTDIR)$(PREFIX)/lib/nntutor"

clean: ## remove the build folder
	rm -rf build

help: ## this list
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 24
	@sed -n 's/^# \(Switches.*\)/\n\1/p; s/^# \(PREFIX=.*\)/\1/p' Makefile
