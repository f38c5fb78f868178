#!/usr/bin/env python3
"""The dry half of the corpus: clips of voices, noises, and who says what when.

corpus.py FOLDER SPEAK_FLITE

Makes FOLDER/clips, FOLDER/noise and FOLDER/scenes.tsv, and nothing that is
there already. Voices are Flite's, espeak-ng's (run as programs) and people's:
the recorded prompts of telephone systems that Debian has. Everything that is
drawn is drawn from the seeds below; corpus.c makes calls of it.

SPDX-License-Identifier: MIT
"""
import concurrent.futures
import hashlib
import os
import random
import subprocess
import sys

SEEDS = {"tune": 20011, "test": 77003}
SYNTHETIC = {"tune": 260, "test": 180}  # scenes
PEOPLE = {"tune": 160, "test": 90}
FLITE = {"tune": ["slt", "kal16", "kal"], "test": ["rms", "awb"]}
ACCENTS = {
    "tune": ["en-us", "en-gb-x-rp", "en-gb-scotland", "en-029"],
    "test": ["en-gb", "en-us-nyc", "en-gb-x-gbclan", "en-gb-x-gbcwmd"],
}
SOUNDS = "/usr/share/asterisk/sounds"
ALSA = "../../sounds/alsa"  # of alsa-utils: where each loudspeaker stands
# Allison speaks Spanish, too: a voice must not be in both sets.
PERSONS = {
    "tune": ["fr_CA_f_June", "it_IT_m_Carlo", "ru_RU_f_IvrvoiceRU"],
    "test": ["en_US_f_Allison"] * 5 + [ALSA],
}
HOLD = "/usr/share/asterisk/moh"
MUSIC = {
    "tune": ["macroform-cold_day.wav", "macroform-robot_dity.wav",
             "macroform-the_simplicity.wav"],
    "test": ["manolo_camp-morning_coffee.wav", "reno_project-system.wav"],
}
NO_SPEECH = ("beep", "tone", "silence", "ascii", "monkey", "ring", "buzzer",
             "lots-of", "jed", "echo", "Noise")
# Pauses [ms] that callers of a kind make inside what they say.
PAUSES = {"digits": (200, 900), "spelled": (150, 900), "number": (150, 600)}
PAUSE = (100, 1200)
HESITATES = {"um", "er", "well", "hmm"}
DIGITS = {w: str(i) for i, w in enumerate(
    "zero one two three four five six seven eight nine".split())}


def run(command, **more):
    done = subprocess.run(command, capture_output=True, text=True, **more)
    if done.returncode:
        sys.exit("corpus: %s: %s" % (" ".join(command), done.stderr))
    return done.stdout


def variants():
    """Names of espeak-ng's voices; they are pasted onto an accent."""
    names = []
    for line in run(["espeak-ng", "--voices=variant"]).splitlines()[1:]:
        path = next(w for w in line.split() if w.startswith("!v/"))
        names.append(path[3:])
    return sorted(set(names))


def texts(path):
    found = {"tune": [], "test": []}
    with open(path, encoding="ascii") as lines:
        for line in lines:
            if line.strip() and not line.startswith("#"):
                which, kind, *pieces = line.strip().split("|")
                found[which].append((kind, pieces))
    return found


class Corpus:
    def __init__(self, folder):
        self.folder = folder
        self.flite = {}   # clip -> line for speak_flite
        self.espeak = {}  # clip -> command
        self.people = {}  # clip -> source
        self.scenes = []

    def clip(self, voice, text, *how):
        name = hashlib.sha1("|".join((voice, text) + how).encode())
        return "clips/%s.wav" % name.hexdigest()[:16]

    def say_flite(self, voice, text):
        clip = self.clip("flite " + voice, text)
        self.flite[clip] = "%s\t%s\t%s\n" % (
            voice, os.path.join(self.folder, clip), text)
        return clip

    def say_espeak(self, voice, speed, text):
        clip = self.clip("espeak " + voice, text, str(speed))
        self.espeak[clip] = ["espeak-ng", "-v", voice, "-s", str(speed), "-w",
                             os.path.join(self.folder, clip), text]
        return clip

    def say_person(self, path):
        clip = self.clip("person", path)
        self.people[clip] = os.path.join(SOUNDS, path)
        return clip

    def scene(self, which, kind, voice, human, lead, parts):
        """parts: (clip, gap_ms behind it, text)"""
        seed = SEEDS[which] * 100000 + len(self.scenes)
        self.scenes.append("\t".join(
            [which, kind, voice, str(int(human)), str(lead), str(seed)] +
            ["%s|%d|%s" % p for p in parts]))

    # ---- who says what --------------------------------------------------

    def synthetic(self, which, lines, voices):
        draw = random.Random(SEEDS[which])
        order = []
        for i in range(SYNTHETIC[which]):
            if not order:
                order = list(lines)
                draw.shuffle(order)
            kind, pieces = order.pop()
            flite = i % 3 == 0
            speed = draw.randrange(130, 200, 10)
            if flite:
                voice = draw.choice(FLITE[which])
            else:
                voice = "%s+%s" % (draw.choice(ACCENTS[which]),
                                   draw.choice(voices))
            parts = []
            for k, text in enumerate(pieces):
                low, high = PAUSES.get(kind, PAUSE)
                word = text.strip(".,").lower()
                if word in HESITATES:
                    low = 300
                gap = draw.randrange(low, high) if k + 1 < len(pieces) else 0
                clip = (self.say_flite(voice, text) if flite else
                        self.say_espeak(voice, speed, text))
                parts.append((clip, gap, text))
            # one in five speaks in the first frame
            lead = draw.choice((0, 400, 800, 1200, 1600))
            self.scene(which, kind, ("flite " if flite else "espeak ") + voice,
                       False, lead, parts)

    def prompts(self, person):
        top = os.path.join(SOUNDS, person)
        found = []
        for name in sorted(os.listdir(top)):
            path = os.path.join(top, name)
            if (name.endswith(".wav") and 8000 < os.path.getsize(path) < 200000
                    and not any(w in name for w in NO_SPEECH)):
                found.append(person + "/" + name)
        return found

    def persons(self, which, lines):
        draw = random.Random(SEEDS[which] + 1)
        spoken = [(k, p) for k, p in lines if k == "digits" and
                  all(w in DIGITS or w == "oh" for t in p
                      for w in t.strip(".,").split())]
        prompts = {p: self.prompts(p) for p in PERSONS[which]}
        for i in range(PEOPLE[which]):
            person = PERSONS[which][i % len(PERSONS[which])]
            lead = draw.choice((0, 400, 800, 1200, 1600))
            if i % 5 == 4 and person != ALSA:
                kind, pieces = draw.choice(spoken)
                parts = self.digits(draw, person, pieces)
            else:
                kind, parts = "free", []
                count = draw.randrange(1, 4)
                for k in range(count):
                    gap = draw.randrange(*PAUSE) if k + 1 < count else 0
                    parts.append(
                        (self.say_person(draw.choice(prompts[person])), gap,
                         ""))
            self.scene(which, kind, os.path.basename(person), True, lead, parts)

    def digits(self, draw, person, pieces):
        """Word by word; the words are known only of one who says English."""
        parts = []
        for k, text in enumerate(pieces):
            words = text.strip(".,").split()
            for j, word in enumerate(words):
                path = "%s/digits/%s.wav" % (
                    person, DIGITS["zero" if word == "oh" else word])
                gap = 30 if j + 1 < len(words) else draw.randrange(
                    *PAUSES["digits"])
                if j + 1 == len(words) and k + 1 == len(pieces):
                    gap = 0
                shown = word if person.startswith("en") else ""
                parts.append((self.say_person(path), gap, shown))
        return parts

    # ---- making it -------------------------------------------------------

    def missing(self, clips):
        return [c for c in sorted(clips)
                if not os.path.exists(os.path.join(self.folder, c))]

    def make_clips(self, speak_flite):
        os.makedirs(os.path.join(self.folder, "clips"), exist_ok=True)
        todo = "".join(self.flite[c] for c in self.missing(self.flite))
        if todo:
            run([speak_flite], input=todo)
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            for _ in pool.map(run, [self.espeak[c]
                                    for c in self.missing(self.espeak)]):
                pass
        for c in self.missing(self.people):
            # a symbolic link would not tell a later change of the package
            with open(self.people[c], "rb") as source:
                data = source.read()
            with open(os.path.join(self.folder, c), "wb") as out:
                out.write(data)

    def sox(self, name, *effects, source=("-n", "-r", "8000", "-b", "16")):
        path = os.path.join(self.folder, "noise", name + ".wav")
        if not os.path.exists(path):
            # -R: the same samples every time
            run(["sox", "-R", *source, "-c", "1", path, *effects])

    def make_noises(self):
        os.makedirs(os.path.join(self.folder, "noise"), exist_ok=True)
        for colour in ("white", "pink", "brown"):
            self.sox(colour, "synth", "120", colour + "noise", "gain", "-12")
        for hz in (50, 60):
            # a mains hum: the odd harmonics are strong
            tones = []
            for k, db in ((1, 0), (2, 9), (3, 3), (5, 8), (7, 12), (9, 18)):
                tones += ["|sox -R -n -r 8000 -c 1 -p synth 120 sine %d gain "
                          "%d" % (hz * k, -15 - db)]
            mixed = ["-m"]
            for tone in tones:
                mixed.append(tone)
            self.sox("hum%d" % hz, source=(*mixed, "-r", "8000", "-b", "16"))
        for which, files in MUSIC.items():
            parts = ["|sox -R %s -p trim 10 50" % os.path.join(HOLD, f)
                     for f in files]
            self.sox("music_" + which, "gain", "-6",
                     source=(*parts, "-r", "8000", "-b", "16"))


def main():
    folder, speak_flite = sys.argv[1:3]
    here = os.path.dirname(os.path.abspath(__file__))
    corpus = Corpus(folder)
    said = texts(os.path.join(here, "texts.txt"))
    names = variants()
    random.Random(SEEDS["tune"]).shuffle(names)
    halves = {"tune": names[0::2], "test": names[1::2]}
    for which in ("tune", "test"):
        corpus.synthetic(which, said[which], halves[which])
        corpus.persons(which, said[which])
    corpus.make_clips(speak_flite)
    corpus.make_noises()
    path = os.path.join(folder, "scenes.tsv")
    with open(path + ".tmp", "w", encoding="ascii") as out:
        out.write("\n".join(corpus.scenes) + "\n")
    os.replace(path + ".tmp", path)


main()
