#!/usr/bin/env python3
"""Compares what carried rules select with what lxml's XPath selects, node by node.

  cargo build -p masthead-import --examples
  target/debug/examples/import_all FOLDER_OF_CONFIGS > imported.jsonl
  python3 against_lxml.py imported.jsonl pages.jsonl target/debug/examples/matches

A line of pages.jsonl is {"host", "page"}: a stored page, gzipped or not. Both sides see one tree: html5ever's, which the
example `matches` writes as XML. A rule is proved where both select the same nodes on all pages of the config's host, at
least one node on one of them. Pages of other hosts are looked at too, `--others N` of them for each rule: there a
difference counts, and an agreement proves nothing. Needs lxml; it is a tool for measuring, not a part of the tests.
"""
import argparse
import collections
import json
import random
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
            rules.append({"config": one["report"]["config"], **rule, "own": 0, "hits": 0, "luck": 0, "wrong": []})
            for page in own:
                jobs[page].append((number, True))
            for page in chance.sample(every, min(arguments.others, len(every))):
                jobs[page].append((number, False))

    process = subprocess.Popen([arguments.matches], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    compiled = {}
    for at, (page, wanted) in enumerate(sorted(jobs.items())):
        queries = []
        for number, _ in wanted:
            for selection in rules[number]["selections"]:
                css = selection["css"]
                if selection.get("attribute"):
                    css = f":is({css})[{selection['attribute']}]"
                queries.append({"css": css, "having": selection.get("having")})
        process.stdin.write(json.dumps({"page": page, "queries": queries}) + "\n")
        process.stdin.flush()
        answer = json.loads(process.stdout.readline())
        tree = etree.ElementTree(etree.fromstring(answer["xml"].encode(), etree.XMLParser(huge_tree=True)))
        numbers = {node: n for n, node in enumerate(tree.iter())}
        results = iter(answer["matches"])
        for number, is_own in wanted:
            rule = rules[number]
            ours = set()
            for selection in rule["selections"]:
                found = next(results)
                nth = selection.get("nth")
                if nth is not None:
                    index = nth - 1 if nth > 0 else nth
                    found = [found[index]] if -len(found) <= index < len(found) else []
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
            elif is_own:
                rule["own"] += 1
                rule["hits"] += bool(theirs)
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
