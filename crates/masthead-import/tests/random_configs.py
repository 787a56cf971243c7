#!/usr/bin/env python3
"""Writes configs with rules at random, for against_lxml.py: every axis, predicate and position, in any combination.

  python3 random_configs.py FOLDER [SEED]
  target/debug/examples/import_all FOLDER > imported.jsonl
  : > pages.jsonl
  python3 against_lxml.py imported.jsonl pages.jsonl target/debug/examples/matches --others 0 --made 60
"""
import os
import random
import sys

NAMES = ["div", "span", "em", "*", "div", "span"]
ATTRIBUTES = [
    "@id='x'", "@class='y'", "@class", "@id", "contains(@class,'y')", "starts-with(@id,'x')", "@class!='y'", "'x'=@id",
    "contains(concat(' ',normalize-space(@class),' '),' y ')", "contains(concat(' ',@class,' '),' y ')",
    "contains(normalize-space(@class),'x')",
]
AROUND = [
    "..", "../..", "../@id", "../../@id='x'", "../span", "../*", "..//em", ".//..", ".", "./@id", "count(span)=0",
    "count(.//em)>0", "*[2]", "span[last()]", "following-sibling::*[1][self::em]", "preceding-sibling::*[1]/@id",
    "contains(../@class,'y')",
]
POSITIONS = [
    "1", "2", "last()", "position()>1", "position()<3", "last()-1", "position()!=1", "position()=last()",
    "position()<last()",
]
AXES = [
    "", ".//", "parent::", "ancestor::", "preceding-sibling::", "following-sibling::", "self::", "descendant::",
    "ancestor-or-self::", "descendant-or-self::",
]
STEPS = ["/", "//", "/*", "/.."] + [f"/{axis}" for axis in AXES[2:]] + [
    "/following::", "/preceding::", "/following-sibling::*[1]", "/preceding-sibling::*[1]",
]


class Rules:
    def __init__(self, seed):
        self.chance = random.Random(seed)

    def condition(self, depth):
        kind = self.chance.random()
        if kind < 0.25:
            return self.chance.choice(ATTRIBUTES)
        if kind < 0.31:
            return self.chance.choice(AROUND)
        if kind < 0.5 and depth < 2:
            left, right = self.condition(depth + 1), self.condition(depth + 1)
            return self.chance.choice([f"not({left})", f"({left} or {right})", f"{left} and {right}"])
        path = self.chance.choice(AXES) + self.name(depth + 1)
        if self.chance.random() < 0.3 and depth < 2:
            steps = ["/", "//", "/parent::", "/ancestor::", "/following-sibling::", "/preceding-sibling::"]
            path += self.chance.choice(steps) + self.name(depth + 1)
        return path + self.chance.choice(["", "", "", "", "/@id", "/@id='x'"])

    def name(self, depth=0):
        text = self.chance.choice(NAMES)
        while self.chance.random() < (0.2 if depth else 0.4):
            position = self.chance.random() < 0.35
            text += f"[{self.chance.choice(POSITIONS) if position else self.condition(depth)}]"
        return text

    def path(self):
        text = self.chance.choice(["//", "//", "//", "/html/body/"]) + self.name()
        for _ in range(self.chance.choice([0, 0, 1, 1, 2, 3])):
            step = self.chance.choice(STEPS)
            text += step if step.endswith(("*", "]", "..")) else step + self.name()
        return text

    def rule(self):
        key = self.chance.choice(["strip", "strip", "title", "body", "author"])
        texts = [self.path(), self.path(), f"({self.path()} | {self.path()})/{self.name()}", f"{self.path()} | {self.path()}"]
        if key != "strip" and self.chance.random() < 0.5:
            path = self.path()
            texts = [f"({path})[2]", f"({path})[last()]", f"{path}/@id", f"({path}/@id)[2]", f"({path})[1]/@id", f"{path}//@class"]
        return f"{key}: {self.chance.choice(texts)}\n"


def main():
    folder, seed = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 1
    os.makedirs(folder, exist_ok=True)
    rules = Rules(seed)
    for number in range(250):
        with open(os.path.join(folder, f"r{number}.example.txt"), "w") as out:
            out.write("body: //div[@id='x']\n" + "".join(rules.rule() for _ in range(40)))


if __name__ == "__main__":
    main()
