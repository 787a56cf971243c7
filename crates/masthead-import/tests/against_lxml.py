#!/usr/bin/env python3
"""Compares what carried rules select with what lxml's XPath selects, node by node.

  cargo build -p masthead-import --examples
  target/debug/examples/import_all FOLDER_OF_CONFIGS > imported.jsonl
  python3 against_lxml.py imported.jsonl pages.jsonl target/debug/examples/matches

A line of pages.jsonl is {"host", "page"}: a stored page, gzipped or not. Both sides see one tree: html5ever's, which the
example `matches` writes as XML. A rule is proved where both select the same nodes on all pages of the config's host, at
least one node on one of them. Pages of other hosts are looked at too, `--others N` of them for each rule: there a
difference counts, and an agreement proves nothing. `--made N` adds N trees at random for each config, made of the names and
values that its rules ask for, whole and in part. Needs lxml; it is a tool for measuring, not a part of the tests.
"""
import argparse
import collections
import json
import os
import random
import re
import subprocess
import sys

from lxml import etree

SHORT = {
    "strip_id_or_class": '//*[contains(@class, "%") or contains(@id, "%")]',
    "strip_image_src": '//img[contains(@src, "%")]',
}
FIRST = {"title", "date", "single_page_link", "next_page_link"}


def xpath_of(rule):
    if rule["key"] in SHORT:
        text = rule["rule"].replace('"', "").replace("'", "")
        return SHORT[rule["key"]].replace("%", text)
    return rule["rule"]


def inner(expression):
    """The node-set inside string functions: their first argument."""
    expression = expression.strip()
    for name in ("substring-after", "substring-before", "normalize-space", "string"):
        if expression.startswith(name + "("):
            depth, quote = 0, None
            for at, sign in enumerate(expression):
                if quote:
                    quote = None if sign == quote else quote
                elif sign in "\"'":
                    quote = sign
                elif sign in "([":
                    depth += 1
                elif sign in ")]":
                    depth -= 1
                if depth == 0 and sign == ")" or depth == 1 and sign == "," and not quote:
                    start = len(name) + 1
                    return inner(expression[start:at])[0], True
    return expression, False


def made_page(rules, chance):
    """A tree of the words of some rules, so that they select something in it."""
    texts = [xpath_of(rule) for rule in rules]
    words = [word for text in texts for pair in re.findall(r"'([^']*)'|\"([^\"]*)\"", text) for word in pair if word]
    names = {"div", "p", "a", "span", "h1"} | {name for text in texts for name in re.findall(r"(?:/|::|\[|\()([a-z][a-z0-9]*)", text)}
    names -= {"html", "body", "head", "title", "meta", "script", "style", "noscript", "template", "svg", "not", "contains"}
    keys = sorted({"class", "id"} | {key for text in texts for key in re.findall(r"@([a-z-]+)", text)})
    names = sorted(names)

    def value():
        word = chance.choice(words or ["x"])
        return chance.choice([word, word, word.strip(), f" {word.strip()}  y", f"y\t{word.strip()}", f"z{word}", word + "z",
                              word.upper(), " ".join(chance.sample(words, min(2, len(words))))])

    def quoted(text):
        return text.replace("&", "&amp;").replace('"', "&quot;")

    pieces, depth = [], 0
    for _ in range(120):
        if depth and chance.random() < 0.45:
            pieces.append("</>")
            depth -= 1
            continue
        attributes = "".join(f' {key}="{quoted(value())}"' for key in keys if chance.random() < 0.5)
        text = chance.choice(words).replace("<", "") if words and chance.random() < 0.4 else ""
        pieces.append((chance.choice(names), attributes, text))
        depth += 1
    html, open_names = ["<!doctype html><body>"], []
    for piece in pieces:
        if piece == "</>":
            html.append(f"</{open_names.pop()}>")
        else:
            open_names.append(piece[0])
            html.append(f"<{piece[0]}{piece[1]}>{piece[2]}")
    return "".join(html)


def select(tree, numbers, expression):
    """Numbers of the elements that an XPath selects; an attribute stands for its element."""
    found = expression(tree)
    if not isinstance(found, list):
        return None
    places = set()
    for node in found:
        if isinstance(node, etree._Element):
            places.add(numbers[node])
        elif getattr(node, "is_attribute", False):
            places.add(numbers[node.getparent()])
        else:
            return None
    return sorted(places)


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("imported")
    arguments.add_argument("pages")
    arguments.add_argument("matches")
    arguments.add_argument("--others", type=int, default=3)
    arguments.add_argument("--made", type=int, default=0)
    arguments.add_argument("--folder", default="/tmp/made_pages", help="where made pages are put")
    arguments.add_argument("--show", type=int, default=40)
    arguments = arguments.parse_args()
    pages = collections.defaultdict(list)
    for line in open(arguments.pages):
        page = json.loads(line)
        pages[page["host"]].append(page["page"])
    every = sorted(page for group in pages.values() for page in group)

    rules = []
    jobs = collections.defaultdict(list)
    chance = random.Random(7)
    for line in open(arguments.imported):
        one = json.loads(line)
        if "report" not in one:
            continue
        hosts = one["report"]["hosts"]
        own = [p for host, group in pages.items() for p in group
               if any(host == h or host.endswith("." + h) for h in hosts)]
        for rule in one["report"]["carried"]:
            if not rule["selections"]:
                continue
            number = len(rules)
            rules.append({"config": one["report"]["config"], **rule, "own": 0, "hits": 0, "luck": 0, "made": 0, "wrong": []})
            for page in own:
                jobs[page].append((number, "own"))
            for page in chance.sample(every, min(arguments.others, len(every))):
                jobs[page].append((number, "other"))
        numbers = range(len(rules) - sum(bool(r["selections"]) for r in one["report"]["carried"]), len(rules))
        for n in range(arguments.made):
            page = os.path.join(arguments.folder, f"{one['report']['config']}.{n}.html")
            os.makedirs(arguments.folder, exist_ok=True)
            some = chance.sample(list(numbers), min(6, len(numbers))) if numbers else []
            if n == 0 or some:
                with open(page, "w") as out:
                    out.write(made_page([rules[k] for k in some], chance))
                jobs[page].extend((k, "made") for k in some)

    process = subprocess.Popen([arguments.matches], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    compiled = {}
    for at, (page, wanted) in enumerate(sorted(jobs.items())):
        queries = []
        for number, _ in wanted:
            for selection in rules[number]["selections"]:
                css = selection["css"]
                if selection.get("attribute") and not selection.get("nth"):
                    css = f":is({css})[{selection['attribute']}]"
                queries.append({"css": css, "having": selection.get("having")})
        process.stdin.write(json.dumps({"page": page, "queries": queries}) + "\n")
        process.stdin.flush()
        answer = json.loads(process.stdout.readline())
        tree = etree.ElementTree(etree.fromstring(answer["xml"].encode(), etree.XMLParser(huge_tree=True)))
        elements = list(tree.iter())
        numbers = {node: n for n, node in enumerate(elements)}
        results = iter(answer["matches"])
        for number, where in wanted:
            rule = rules[number]
            ours = set()
            for selection in rule["selections"]:
                found = next(results)
                nth = selection.get("nth")
                if nth is not None:
                    index = nth - 1 if nth > 0 else nth
                    found = [found[index]] if -len(found) <= index < len(found) else []
                    # `nth` counts before the attribute is taken.
                    name = selection.get("attribute")
                    found = [n for n in found if not name or name in elements[n].attrib]
                ours.update(found)
            ours = sorted(ours)
            text = xpath_of(rule)
            text, is_text = inner(text)
            if text not in compiled:
                compiled[text] = etree.XPath(text)
            theirs = select(tree, numbers, compiled[text])
            if theirs is None:
                same = False
            elif rule["key"] in FIRST or is_text:
                same = theirs[:1] == ours[:1]
            else:
                same = theirs == ours
            if not same:
                rule["wrong"].append({"page": page, "xpath": theirs and theirs[:9], "css": ours[:9]})
            elif where == "own":
                rule["own"] += 1
                rule["hits"] += bool(theirs)
            elif where == "made":
                rule["made"] += bool(theirs)
            else:
                rule["luck"] += bool(theirs)
    process.stdin.close()

    kinds = collections.Counter()
    for rule in rules:
        if rule["wrong"]:
            kind = "wrong"
        elif rule["hits"]:
            kind = "proved"
        elif rule["luck"]:
            kind = "unproved, equal on other hosts' pages where it selects something"
        elif rule["made"]:
            kind = "unproved, equal on made pages where it selects something"
        elif rule["own"]:
            kind = "unproved, selects nothing on its host's pages"
        else:
            kind = "unproved, no page"
        kinds[kind] += 1
    print(json.dumps({"rules": len(rules), "pages": len(jobs), **kinds}, indent=1))
    for rule in [rule for rule in rules if rule["wrong"]][: arguments.show]:
        css = [s["css"] + (f" having {s['having']}" if s.get("having") else "") for s in rule["selections"]]
        print(f"{rule['config']}:{rule['line']}: {rule['key']}: {rule['rule']}\n   {css}\n   {rule['wrong'][:2]}")
    return 1 if kinds["wrong"] else 0


if __name__ == "__main__":
    sys.exit(main())
