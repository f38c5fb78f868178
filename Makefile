# dialog-server and libexpert. `make help` lists the targets.
#
# Yours to set: CC CFLAGS CPPFLAGS LDFLAGS PREFIX BINDIR LIBDIR INCLUDEDIR
# MANDIR DOCDIR BASHCOMPDIR ZSHCOMPDIR DESTDIR, SAN=address,undefined|thread,
# WERROR=1, B=<build folder>.

.DEFAULT_GOAL := all
comma := ,

PREFIX ?= /usr/local
BINDIR ?= $(PREFIX)/bin
LIBDIR ?= $(PREFIX)/lib
INCLUDEDIR ?= $(PREFIX)/include
MANDIR ?= $(PREFIX)/share/man
DOCDIR ?= $(PREFIX)/share/doc/dialog-server
BASHCOMPDIR ?= $(PREFIX)/share/bash-completion/completions
ZSHCOMPDIR ?= $(PREFIX)/share/zsh/site-functions
CFLAGS ?= -O2 -g
OBJCOPY ?= objcopy

# Each sanitizer builds in a folder of its own.
B ?= build$(if $(SAN),/san-$(subst $(comma),-,$(SAN)))

VERSION := $(shell sed -n 's/^\#define EXPERT_VERSION "\(.*\)"/\1/p' \
	libexpert/expert.h 2>/dev/null)
SOVERSION := 0

# ---- packages ---------------------------------------------------------------

RUN_PACKAGES := gcc libc6-dev make pkg-config libwebsockets-dev \
	libwebsockets-evlib-uv libuv1-dev libjansson-dev \
	libcurl4-openssl-dev libopus-dev libspeexdsp-dev libssl-dev \
	libsqlite3-dev libyaml-dev flite1-dev libpocketsphinx-dev \
	libsphinxbase-dev pocketsphinx-en-us
DEV_PACKAGES := $(RUN_PACKAGES) check g++ clang clang-format clang-tidy \
	libclang-rt-14-dev sox curl flite openssl python3 \
	python3-jsonschema python3-venv valgrind
# Only benchmarks need these.
BENCH_PACKAGES := sox espeak-ng alsa-utils asterisk-core-sounds-en-wav \
	asterisk-core-sounds-fr-wav asterisk-core-sounds-it-wav \
	asterisk-core-sounds-ru-wav asterisk-moh-opsound-wav python3 \
	python3-venv

SERVER_PKGS := libwebsockets libuv jansson libcurl opus speexdsp openssl \
	sqlite3 yaml-0.1 pocketsphinx sphinxbase
FLITE_LIBS := -lflite_cmu_us_slt -lflite_cmu_us_rms -lflite_cmu_us_awb \
	-lflite_cmu_us_kal16 -lflite_cmu_us_kal -lflite_usenglish \
	-lflite_cmulex -lflite
PKG_CFLAGS := $(shell pkg-config --cflags $(SERVER_PKGS) 2>/dev/null)
PKG_LIBS := $(shell pkg-config --libs $(SERVER_PKGS) 2>/dev/null)
EXPERT_LIBS := $(shell pkg-config --libs libwebsockets jansson openssl \
	2>/dev/null)

# ---- flags ------------------------------------------------------------------

WARN := -Wall -Wextra -Wshadow -Wundef -Wvla -Wformat=2 -Wcast-align \
	-Wwrite-strings -Wpointer-arith -Wconversion -Wno-sign-conversion \
	-Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition \
	$(if $(WERROR),-Werror)
HARDEN := -fstack-protector-strong $(if $(SAN),,-D_FORTIFY_SOURCE=2)
SANFLAGS := $(if $(SAN),-fsanitize=$(SAN) -fno-omit-frame-pointer \
	-fno-sanitize-recover=undefined)
OUR_CFLAGS := -std=c11 -D_GNU_SOURCE -pthread $(WARN) $(HARDEN) $(SANFLAGS) \
	-MMD -MP
OUR_CPPFLAGS := -I. -Idialog-server -Ilibexpert $(PKG_CFLAGS) \
	-DDIALOG_VERSION='"$(VERSION)"'
OUR_LDFLAGS := -pthread $(SANFLAGS) -Wl,-z,relro,-z,now

compile = $(CC) $(OUR_CPPFLAGS) $(CPPFLAGS) $(OUR_CFLAGS) $(CFLAGS)
link = $(CC) $(OUR_LDFLAGS) $(LDFLAGS)

# ---- sources ----------------------------------------------------------------

MAINS := dialog-server/server/main.c dialog-server/ctl/main.c
SERVER_SRC := $(filter-out $(MAINS),$(wildcard dialog-server/*/*.c)) \
	$(wildcard proto/*.c)
EXPERT_SRC := $(wildcard libexpert/*.c) $(wildcard proto/*.c)
UNIT_SRC := $(wildcard tests/unit/test_*.c)
FUZZ_SRC := $(wildcard tests/fuzz/fuzz_*.c)
BENCH_SRC := $(wildcard tests/bench/bench_*.c)
TURNS_SRC := $(wildcard tests/bench/turns/*.c)
WEB_FILES := $(wildcard dialog-server/api/web/*)
LANGUAGE_FILES := $(wildcard dialog-server/dialog/languages/*.lang)

SERVER_OBJ := $(SERVER_SRC:%.c=$(B)/obj/%.o)
EXPERT_OBJ := $(EXPERT_SRC:%.c=$(B)/pic/%.o)
SQLITE_OBJ := $(patsubst %.c,$(B)/pic/%.o,$(wildcard libexpert/sqlite/*.c))
UNIT_BIN := $(UNIT_SRC:tests/unit/%.c=$(B)/tests/%)
FUZZ_BIN := $(FUZZ_SRC:tests/fuzz/%.c=$(B)/fuzz/%)
BENCH_BIN := $(BENCH_SRC:tests/bench/%.c=$(B)/bench/%)
TURNS_LIB := $(patsubst %.c,$(B)/obj/%.o,$(filter tests/bench/turns/corpus%,\
	$(TURNS_SRC)))
TURNS_BIN := $(patsubst tests/bench/turns/%.c,$(B)/bench/turns/%,\
	$(filter-out tests/bench/turns/corpus%,$(TURNS_SRC)))
INTEGRATION_BIN := $(B)/tests/tickwatch.so $(B)/tests/tickwatch_self \
	$(B)/tests/manycalls $(B)/tests/kill_expert $(B)/tests/turns_expert \
	$(B)/tests/steps_expert $(B)/tests/fields_expert \
	$(B)/bench/bench_question
EXAMPLE_BIN := $(patsubst examples/%.c,$(B)/examples/%,$(wildcard examples/*.c))
$(B)/examples/loop_uv: EXAMPLE_PKGS := libuv
# Nothing else needs a C++ compiler.
ifneq ($(shell command -v $(firstword $(CXX))),)
EXAMPLE_BIN += $(patsubst examples/%.cc,$(B)/examples/%,$(wildcard examples/*.cc))
endif
LIBDIALOG := $(B)/obj/libdialog.a


all: server lib examples ## build everything (the default)
server: $(B)/bin/dialog-server $(B)/bin/dialogctl ## the daemon and its tool
lib: $(B)/lib/libexpert.so $(B)/lib/libexpert.a $(B)/lib/pkgconfig/libexpert.pc ## the client library
lib: $(B)/lib/libexpert-sqlite.so $(B)/lib/libexpert-sqlite.a $(B)/lib/pkgconfig/libexpert-sqlite.pc
examples: $(EXAMPLE_BIN) ## the example Experts

# Objects are rebuilt when compiler or flags change.
$(B)/flags: FORCE
	@mkdir -p $(@D)
	@printf '%s\n' "$$FLAGS_LINE" | cmp -s - $@ || \
		printf '%s\n' "$$FLAGS_LINE" > $@
$(B)/flags: export FLAGS_LINE = $(compile)
.PHONY: FORCE
FORCE:

$(B)/obj/%.o: %.c $(B)/flags
	@mkdir -p $(@D)
	$(compile) -c -o $@ $<

$(B)/pic/%.o: %.c $(B)/flags
	@mkdir -p $(@D)
	$(compile) -fPIC -fvisibility=hidden -c -o $@ $<

$(B)/gen/assets.c: $(WEB_FILES) tests/lint/embed.sh
	@mkdir -p $(@D)
	sh tests/lint/embed.sh api/assets.h asset assets $(WEB_FILES) \
		> $@.tmp && mv $@.tmp $@

$(B)/gen/languages.c: $(LANGUAGE_FILES) tests/lint/embed.sh
	@mkdir -p $(@D)
	sh tests/lint/embed.sh dialog/language.h language_file \
		language_files $(LANGUAGE_FILES) > $@.tmp && mv $@.tmp $@

$(B)/obj/gen/%.o: $(B)/gen/%.c $(B)/flags
	@mkdir -p $(@D)
	$(compile) -c -o $@ $<

$(LIBDIALOG): $(SERVER_OBJ) $(B)/obj/gen/assets.o $(B)/obj/gen/languages.o
	@rm -f $@
	$(AR) rcs $@ $^

$(B)/bin/dialog-server: $(B)/obj/dialog-server/server/main.o $(LIBDIALOG)
	@mkdir -p $(@D)
	$(link) -Wl,--export-dynamic-symbol=alloc_tick_active -o $@ $^ \
		$(PKG_LIBS) $(FLITE_LIBS) -lm

$(B)/bin/dialogctl: $(B)/obj/dialog-server/ctl/main.o $(LIBDIALOG)
	@mkdir -p $(@D)
	$(link) -o $@ $^ $(PKG_LIBS) $(FLITE_LIBS) -lm

# One object with local symbols: in a static link, too, our inner names can
# meet no name of the program's.
$(B)/lib/libexpert.a: $(EXPERT_OBJ)
	@mkdir -p $(@D)
	@rm -f $@
	$(LD) -r -o $(B)/lib/libexpert.o $^
	$(OBJCOPY) --localize-hidden $(B)/lib/libexpert.o
	$(AR) rcs $@ $(B)/lib/libexpert.o

$(B)/lib/libexpert.so.$(VERSION): $(EXPERT_OBJ) libexpert/libexpert.map
	@mkdir -p $(@D)
	$(link) -shared -Wl,-soname,libexpert.so.$(SOVERSION) \
		$(if $(SAN),,-Wl$(comma)--no-undefined) \
		-Wl,--version-script=libexpert/libexpert.map \
		-o $@ $(EXPERT_OBJ) $(EXPERT_LIBS)

# A library of its own, so that libexpert needs no SQLite.
$(B)/lib/libexpert-sqlite.a: $(SQLITE_OBJ)
	@mkdir -p $(@D)
	@rm -f $@
	$(AR) rcs $@ $^

$(B)/lib/libexpert-sqlite.so.$(VERSION): $(SQLITE_OBJ) $(B)/lib/libexpert.so \
		libexpert/sqlite/libexpert-sqlite.map
	@mkdir -p $(@D)
	$(link) -shared -Wl,-soname,libexpert-sqlite.so.$(SOVERSION) \
		$(if $(SAN),,-Wl$(comma)--no-undefined) \
		-Wl,--version-script=libexpert/sqlite/libexpert-sqlite.map \
		-o $@ $(SQLITE_OBJ) $(B)/lib/libexpert.so -lsqlite3

SHARED := $(B)/lib/libexpert.so $(B)/lib/libexpert-sqlite.so

$(SHARED:=.$(SOVERSION)): %.$(SOVERSION): %.$(VERSION)
	ln -sf $(<F) $@

$(SHARED): %: %.$(SOVERSION)
	ln -sf $(<F) $@

$(B)/lib/pkgconfig/libexpert-sqlite.pc: libexpert/sqlite/libexpert-sqlite.pc.in
$(B)/lib/pkgconfig/libexpert.pc: libexpert/libexpert.pc.in
$(B)/lib/pkgconfig/%.pc: libexpert/expert.h FORCE
	@mkdir -p $(@D)
	@sed -e 's|@PREFIX@|$(PREFIX)|' -e 's|@LIBDIR@|$(LIBDIR)|' \
		-e 's|@INCLUDEDIR@|$(INCLUDEDIR)|' -e 's|@VERSION@|$(VERSION)|' \
		$(filter %.pc.in,$^) > $@

$(B)/examples/%: examples/%.c $(B)/lib/libexpert.a $(B)/flags
	@mkdir -p $(@D)
	$(CC) -Ilibexpert $(CPPFLAGS) -std=c11 -D_GNU_SOURCE $(WARN) \
		$(SANFLAGS) $(CFLAGS) -pthread $(LDFLAGS) -o $@ $< \
		$(B)/lib/libexpert.a $(EXPERT_LIBS) \
		$(if $(EXAMPLE_PKGS),$$(pkg-config --cflags --libs $(EXAMPLE_PKGS)))

$(B)/examples/%: examples/%.cc $(B)/lib/libexpert.a $(B)/flags
	@mkdir -p $(@D)
	$(CXX) -Ilibexpert $(CPPFLAGS) -std=c++17 -Wall -Wextra -Wshadow \
		$(if $(WERROR),-Werror) $(SANFLAGS) $(CXXFLAGS) -pthread \
		$(LDFLAGS) -o $@ $< $(B)/lib/libexpert.a $(EXPERT_LIBS)

# ---- packages to install ----------------------------------------------------

deps: ## install the Debian packages that building and running need
	@sh tests/lint/deps.sh $(RUN_PACKAGES)

deps-dev: ## also what tests and lint need
	@sh tests/lint/deps.sh $(DEV_PACKAGES)

# ---- tests ------------------------------------------------------------------

$(B)/tests/%: tests/unit/%.c $(LIBDIALOG) $(B)/lib/libexpert.a \
		$(B)/lib/libexpert-sqlite.a $(B)/flags
	@mkdir -p $(@D)
	$(compile) $(OUR_LDFLAGS) $(LDFLAGS) -Itests -o $@ $< $(LIBDIALOG) \
		$(B)/lib/libexpert-sqlite.a $(B)/lib/libexpert.a \
		$(PKG_LIBS) $(FLITE_LIBS) \
		$$(pkg-config --libs check) -lm

unit-%: $(B)/tests/test_% ## one unit program: make unit-vad
	$<

unit: $(UNIT_BIN) ## unit tests
	@SLOW=$(if $(SAN),4,1) sh tests/unit/run.sh $(UNIT_BIN)

schema: $(B)/tests/test_xp_vectors ## protocol: schemas, vectors, codec and golden messages agree
	@sh tests/schema/run.sh $<

everything: all $(UNIT_BIN) $(FUZZ_BIN) $(BENCH_BIN) $(INTEGRATION_BIN) ## also the programs of the tests and benchmarks

integration: all $(INTEGRATION_BIN) ## the real server, sockets and audio
	@B=$(B) sh tests/integration/run.sh $(T)

kills: all $(B)/tests/kill_expert ## kill Experts in mid-call: KILLS=10000 SEED=1
	@B=$(B) python3 tests/integration/kills.py $(or $(KILLS),10000) \
		$(or $(SEED),1)

$(B)/tests/kill_expert $(B)/tests/turns_expert $(B)/tests/steps_expert \
$(B)/tests/fields_expert: \
		$(B)/tests/%: tests/integration/%.c \
		$(B)/lib/libexpert.a $(B)/flags
	@mkdir -p $(@D)
	$(CC) -Ilibexpert -std=c11 -D_GNU_SOURCE -O2 $(WARN) $(SANFLAGS) \
		-pthread -o $@ $< $(B)/lib/libexpert.a $(EXPERT_LIBS)

$(B)/tests/tickwatch.so: tests/integration/tickwatch.c $(B)/flags
	@mkdir -p $(@D)
	$(CC) -std=c11 -D_GNU_SOURCE -O2 -fPIC -shared $(WARN) -o $@ $< -ldl

$(B)/tests/%: tests/integration/%.c $(B)/flags
	@mkdir -p $(@D)
	$(CC) -std=c11 -D_GNU_SOURCE -O2 $(WARN) -pthread -rdynamic -o $@ $<

check-peers: server examples ## Experts on the published Python SDK; T=name selects
	@B=$(B) sh tests/peers/run.sh $(T)

check: deps-dev ## install what tests need, then lint and all tests
	$(MAKE) all
	$(MAKE) lint
	$(MAKE) unit
	$(MAKE) schema
	$(MAKE) fuzz-replay
	$(MAKE) integration
	$(MAKE) installcheck

# FUZZER=1 links libFuzzer instead of the replaying main(); see run.sh.
$(B)/fuzz/%: tests/fuzz/%.c tests/fuzz/replay.c $(LIBDIALOG) $(B)/flags
	@mkdir -p $(@D)
	$(compile) $(if $(FUZZER),-fsanitize=fuzzer -DLIBFUZZER) \
		$(OUR_LDFLAGS) $(LDFLAGS) -o $@ $(filter %.c %.o,$^) \
		$(LIBDIALOG) $(PKG_LIBS) $(FLITE_LIBS) -lm

# The client library over sockets of the target's own making.
$(B)/fuzz/fuzz_expert: $(filter-out %/sock.o,$(EXPERT_OBJ))

fuzz-replay: $(FUZZ_BIN) ## run every fuzz target over its corpus
	@for f in $(FUZZ_BIN); do n=$${f##*/fuzz_}; \
		$$f tests/fuzz/corpus/$$n || exit 1; done

fuzz: ## libFuzzer on every target, FUZZ_S=60 seconds each
	@MAKE='$(MAKE)' sh tests/fuzz/run.sh $(or $(FUZZ_S),60) $(FUZZ_SRC)

bench-line: all ## gaps and clicks that callers hear: CALLS=100
	@B=$(B) sh tests/bench/line_runs.sh $(or $(CALLS),100) $(AT_ONCE)

bench-%: $(B)/bench/bench_% ## one benchmark, A='its options': make bench-audio
	$< $(A)

bench: $(BENCH_BIN) all ## benchmarks, JSON lines
	@for b in $(BENCH_BIN); do $$b || exit 1; done

# Voices and noises to measure with; other people's detectors for comparison.
deps-bench: ## what the benchmarks of turn taking need
	@sh tests/lint/deps.sh $(BENCH_PACKAGES)

turns-corpus: $(B)/bench/turns/speak_flite ## callers with labels, in $(B)/turns
	@sh tests/bench/turns/make_corpus.sh $(B)/turns $<

bench-turns: $(TURNS_BIN) $(B)/bench/bench_turns turns-corpus ## turn taking beside others', into docs/turns.md; PARTS=10_vad
	@B=$(B) sh tests/bench/turns/run.sh $(PARTS)

vad-weights: $(B)/bench/turns/vad_lesson turns-corpus ## fit the voice detector anew; takes about ten minutes
	@B=$(B) sh tests/bench/turns/fit.sh

$(TURNS_BIN): $(B)/bench/turns/%: tests/bench/turns/%.c $(TURNS_LIB) \
		$(LIBDIALOG) $(B)/flags
	@mkdir -p $(@D)
	$(compile) $(OUR_LDFLAGS) $(LDFLAGS) -o $@ $< $(TURNS_LIB) \
		$(LIBDIALOG) $(PKG_LIBS) $(FLITE_LIBS) -lm

$(B)/bench/%: tests/bench/%.c $(LIBDIALOG) $(B)/flags
	@mkdir -p $(@D)
	$(compile) $(OUR_LDFLAGS) $(LDFLAGS) -o $@ $< $(LIBDIALOG) $(PKG_LIBS) \
		$(FLITE_LIBS) -lm

abi: lib ## programs built with libexpert go on working: the table, the last tag
	@LINT_CC='$(CC)' LINT_SO='$(B)/lib/libexpert.so' \
		sh tests/lint/abi.sh --tag

lint: lib ## layers, banned calls, headers alone, symbols, ABI, man, docs, shape, format
	@LINT_CC='$(CC)' LINT_CPPFLAGS='$(OUR_CPPFLAGS)' \
		LINT_SO='$(B)/lib/libexpert.so' sh tests/lint/run.sh

tidy: ## clang-tidy over our sources
	clang-tidy --quiet $(SERVER_SRC) $(MAINS) $(wildcard libexpert/*.c) -- \
		$(OUR_CPPFLAGS) -std=c11 -D_GNU_SOURCE

format: ## clang-format in place
	clang-format -i $$(git ls-files '*.c' '*.h')

# ---- the demo ---------------------------------------------------------------

# All cores, unless the person has said how many.
demo_jobs = $(if $(findstring -j,$(MAKEFLAGS)),,-j$(shell nproc))

demo: deps ## a whole phone call on this machine; DEMO_ONCE=1 ends after it
	@mkdir -p $(B); printf 'building into $(B) ... '; began=$$(date +%s); \
		$(MAKE) -s --no-print-directory $(demo_jobs) all \
			>$(B)/demo-build.log 2>&1 || { \
			echo failed; cat $(B)/demo-build.log; exit 1; }; \
		echo "done, $$(($$(date +%s) - began)) s"
	@B=$(B) DEMO_ONCE='$(DEMO_ONCE)' sh examples/demo/run.sh

# ---- installing -------------------------------------------------------------

# "FUNCTION PAGE" for each function that has no page of its own.
man_aliases = sh docs/man/names.sh docs/man/*.3 | awk '$$1 ".3" != $$2'

install: all ## into DESTDIR and PREFIX
	install -d $(DESTDIR)$(BINDIR) $(DESTDIR)$(LIBDIR)/pkgconfig \
		$(DESTDIR)$(INCLUDEDIR)/expert
	install -m 755 $(B)/bin/dialog-server $(B)/bin/dialogctl \
		$(DESTDIR)$(BINDIR)
	install -m 755 $(B)/lib/libexpert.so.$(VERSION) $(DESTDIR)$(LIBDIR)
	install -m 755 $(B)/lib/libexpert-sqlite.so.$(VERSION) \
		$(DESTDIR)$(LIBDIR)
	for l in libexpert libexpert-sqlite; do \
		ln -sf $$l.so.$(VERSION) $(DESTDIR)$(LIBDIR)/$$l.so.$(SOVERSION); \
		ln -sf $$l.so.$(SOVERSION) $(DESTDIR)$(LIBDIR)/$$l.so; done
	install -m 644 $(B)/lib/libexpert.a $(B)/lib/libexpert-sqlite.a \
		$(DESTDIR)$(LIBDIR)
	install -m 644 $(B)/lib/pkgconfig/libexpert.pc \
		$(B)/lib/pkgconfig/libexpert-sqlite.pc \
		$(DESTDIR)$(LIBDIR)/pkgconfig
	install -m 644 libexpert/expert.h $(DESTDIR)$(INCLUDEDIR)
	install -m 644 $(wildcard libexpert/expert/*.h) \
		$(DESTDIR)$(INCLUDEDIR)/expert
	install -d $(DESTDIR)$(DOCDIR)
	install -m 644 docs/*.md $(DESTDIR)$(DOCDIR)
	install -D -m 644 dialog-server/ctl/dialogctl.bash \
		$(DESTDIR)$(BASHCOMPDIR)/dialogctl
	install -D -m 644 dialog-server/ctl/dialogctl.zsh \
		$(DESTDIR)$(ZSHCOMPDIR)/_dialogctl
	for s in 1 3 7; do \
		install -d $(DESTDIR)$(MANDIR)/man$$s; \
		for m in docs/man/*.$$s; do [ ! -e $$m ] || \
			install -m 644 $$m $(DESTDIR)$(MANDIR)/man$$s; done; done
	$(man_aliases) | while read -r name page; do \
		f=$(DESTDIR)$(MANDIR)/man3/$$name.3; \
		echo ".so man3/$$page" >$$f && chmod 644 $$f || exit 1; done

uninstall: ## take away what install put there
	cd $(DESTDIR)$(BINDIR) && rm -f dialog-server dialogctl
	cd $(DESTDIR)$(LIBDIR) && for l in libexpert libexpert-sqlite; do \
		rm -f $$l.so $$l.so.$(SOVERSION) $$l.so.$(VERSION) $$l.a \
			pkgconfig/$$l.pc; done
	for m in docs/*.md; do rm -f $(DESTDIR)$(DOCDIR)/$${m##*/}; done
	[ ! -d $(DESTDIR)$(DOCDIR) ] || \
		rmdir --ignore-fail-on-non-empty $(DESTDIR)$(DOCDIR)
	rm -f $(DESTDIR)$(INCLUDEDIR)/expert.h \
		$(DESTDIR)$(BASHCOMPDIR)/dialogctl \
		$(DESTDIR)$(ZSHCOMPDIR)/_dialogctl
	for h in libexpert/expert/*.h; do \
		rm -f $(DESTDIR)$(INCLUDEDIR)/expert/$${h##*/}; done
	[ ! -d $(DESTDIR)$(INCLUDEDIR)/expert ] || \
		rmdir --ignore-fail-on-non-empty $(DESTDIR)$(INCLUDEDIR)/expert
	for m in docs/man/*.[137]; do [ ! -e $$m ] || \
		rm -f $(DESTDIR)$(MANDIR)/man$${m##*.}/$${m##*/}; done
	$(man_aliases) | while read -r name page; do \
		rm -f $(DESTDIR)$(MANDIR)/man3/$$name.3; done

installcheck: all ## build and run the examples from an installed library
	@B=$(B) sh tests/integration/installcheck.sh

docs: ## API reference by doxygen, into build/docs
	@command -v doxygen >/dev/null || { \
		echo "make docs needs doxygen: apt-get install doxygen"; exit 1; }
	@mkdir -p build/docs && doxygen docs/Doxyfile

dist: ## a source archive of HEAD
	@mkdir -p build
	git archive --prefix=dialog-server-$(VERSION)/ \
		-o build/dialog-server-$(VERSION).tar.gz HEAD

clean: ## remove what was built
	rm -rf build

help: ## this list
	@sed -n 's/^\([a-z][a-z%-]*\):.*## \(.*\)/\1|\2/p' Makefile | \
		awk -F'|' '{printf "  %-14s %s\n", $$1, $$2}'

.PHONY: all everything server lib examples deps deps-dev deps-bench turns-corpus \
	bench-turns vad-weights unit schema integration kills \
	check check-peers fuzz fuzz-replay bench lint abi tidy format demo install uninstall installcheck \
	docs dist clean help
.SECONDARY: $(SERVER_OBJ) $(EXPERT_OBJ) $(SQLITE_OBJ)

-include $(SERVER_OBJ:.o=.d) $(EXPERT_OBJ:.o=.d) $(SQLITE_OBJ:.o=.d) $(MAINS:%.c=$(B)/obj/%.d) \
	$(addsuffix .d,$(UNIT_BIN) $(FUZZ_BIN) $(BENCH_BIN) $(TURNS_BIN)) \
	$(TURNS_LIB:.o=.d)
