# SPDX-License-Identifier: GPL-3.0-or-later
"""Misbehaviour on command: rules that say which requests are struck, and how.

A rule is a JSON object. Which requests:
    match    {"action", "region", "page", "key", "command" (an ID without "cmd-"), "instance"}:
             all that are given must be equal
    after N  not the first N of these          every K   only each K-th of the rest
    times N  N times, then never again         seconds S for so long
and what happens to them, in this order:
    delay S            the answer comes later
    change {FIELD...}  the instance that is asked about changes first, as by the control; of
                       another one with "id" among the fields
    throttle           true or {"code", "time_left" (ms), "retry_after" (true: that header too)}
    fail               CODE or {"code", "message", "status"}
    token              a NextToken for ever: "new" each time, "same", or "empty" pages
    results            "none", or "stranger" for one of another command before the right ones
    twice              every instance twice
    names              "markup", "control", "emoji" or any text as the name of every instance
    malformed N        the first N instances of the page are spoilt, each in another way
    garbage            "xml", "html", "truncated", "text", "binary", "nothing", "array", "deep",
                       "huge" or {"kind": "huge", "bytes": 200000000, "length": false}
    trickle            {"bytes", "seconds"}: so many bytes, then that pause
    cut                N or {"bytes", "reset": true}: the connection ends after N bytes of the
                       body; with -1 there are no headers either
"""
import time

from .errors import ApiError
from .inventory import Instances

EFFECTS = ('delay', 'change', 'throttle', 'fail', 'token', 'results', 'twice', 'names',
           'malformed', 'garbage', 'trickle', 'cut')
CONDITIONS = ('match', 'after', 'every', 'times', 'seconds')
GARBAGE = ('xml', 'html', 'truncated', 'text', 'binary', 'nothing', 'array', 'deep', 'huge')
NAMES = {
    'markup': '<b>bold</b> & <span foreground="red">red</span> &amp; %s </label>',
    'control': 'before\x1b[31m\x07\x00\n\t\x7f\u009b\u202ereversed\u2066\ufeffafter',
    # Families of four: one picture, 25 bytes.
    'emoji': '\U0001f469\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466' * 164,
}
BLOCK = 256 * 1024


def spoilt(number, described):
    """One instance, wrong in one of several ways."""
    ways = (
        lambda d: None, lambda d: 'i-text', lambda d: [], lambda d: {**d, 'InstanceId': 17},
        lambda d: {k: v for k, v in d.items() if k != 'InstanceId'},
        lambda d: {**d, 'InstanceId': ''}, lambda d: {**d, 'InstanceId': '../../etc/passwd\n'},
        lambda d: {**d, 'InstanceName': {'a': 1}}, lambda d: {**d, 'Status': None},
        lambda d: {**d, 'Status': 'Dancing'}, lambda d: {**d, 'PublicIpAddress': 'none'},
        lambda d: {**d, 'VpcAttributes': None}, lambda d: {**d, 'Tags': {'Tag': 5}},
        lambda d: {**d, 'PublicIpAddress': {'IpAddress': ['-oProxyCommand=x', 5, None]}},
        lambda d: {**d, 'NetworkInterfaces': [[[]]]},
    )
    return ways[number % len(ways)](described)


class Rule:
    def __init__(self, text):
        if not isinstance(text, dict) or not set(text) <= set(EFFECTS + CONDITIONS):
            raise ValueError(f'not a rule: {text}')
        if not set(text) & set(EFFECTS):
            raise ValueError(f'a rule without an effect: {text}')
        kind = self._kind(text)
        if kind and kind not in GARBAGE:
            raise ValueError(f'no such garbage: {kind}')
        self.text = text
        self.match = text.get('match', {})
        self.seen = self.struck = 0
        self.until = time.monotonic() + text['seconds'] if 'seconds' in text else None

    @staticmethod
    def _kind(text):
        garbage = text.get('garbage')
        return garbage.get('kind') if isinstance(garbage, dict) else garbage

    def strikes(self, about):
        if self.until is not None and time.monotonic() > self.until:
            return False
        if any(about.get(name) != value for name, value in self.match.items()):
            return False
        self.seen += 1
        beyond = self.seen - self.text.get('after', 0)
        if (beyond < 1 or beyond % self.text.get('every', 1)
                or self.struck >= self.text.get('times', self.struck + 1)):
            return False
        self.struck += 1
        return True


class Effects:
    """What the rules that strike one request do to it, the later rule's word over the earlier."""

    def __init__(self, rules=()):
        self.values = {}
        self.until = None
        for rule in rules:
            self.values.update({k: v for k, v in rule.text.items() if k in EFFECTS})
            if 'throttle' in rule.text:
                self.until = rule.until

    def get(self, name, default=None):
        return self.values.get(name, default)

    def refuse(self):
        throttle, fail = self.get('throttle'), self.get('fail')
        if throttle:
            throttle = {} if throttle is True else throttle
            left = throttle.get('time_left')
            if left is None:
                left = max(0, int((self.until - time.monotonic()) * 1000)) if self.until else 1000
            headers = [('x-ratelimit-user-api', f'Limit:1,Remain:0,TimeLeft:{left},Reset:1234')]
            if throttle.get('retry_after'):
                headers.append(('x-acs-retry-after', str(left)))
            raise ApiError(throttle.get('code', 'Throttling.User'), headers=headers)
        if fail:
            fail = {'code': fail} if isinstance(fail, str) else fail
            raise ApiError(fail['code'], fail.get('message'), fail.get('status'))

    def edit(self, answer, counter):
        """Changes the answer itself."""
        found = answer.get('Instances', {}).get('Instance')
        if isinstance(found, Instances) and set(self.values) & {'twice', 'names', 'malformed'}:
            described = [each.described() for each in found]
            if self.get('names'):
                for each in described:
                    each['InstanceName'] = NAMES.get(self.get('names'), self.get('names'))
            if self.get('twice'):
                described += described
            for number in range(min(self.get('malformed', 0), len(described))):
                described[number] = spoilt(number, described[number])
            answer['Instances'] = {'Instance': described}
        if self.get('token'):
            answer['NextToken'] = ('endless-same' if self.get('token') == 'same'
                                   else f'endless-{counter}')
            if self.get('token') == 'empty' and 'Instances' in answer:
                answer['Instances'] = {'Instance': []}

    def garble(self, body, as_xml):
        """Status, content type and body (bytes, or an iterator and its length) that go instead,
        or None."""
        garbage = self.get('garbage')
        options = garbage if isinstance(garbage, dict) else {'kind': garbage}
        kind, json_type = options['kind'], 'application/json;charset=utf-8'
        if kind == 'huge':
            total = options.get('bytes', 200_000_000)
            return 200, json_type, huge(total), total if options.get('length', True) else None
        made = {
            'xml': lambda: (200, 'text/xml;charset=utf-8', as_xml()),
            'html': lambda: (502, 'text/html', b'<html><body><h1>502 Bad Gateway</h1></body>'),
            'truncated': lambda: (200, json_type, body[:len(body) // 2]),
            'text': lambda: (200, json_type, b'upstream connect error'),
            'binary': lambda: (200, json_type, b'{"RequestId":"\xff\xfe\x00\xc3("}'),
            'nothing': lambda: (200, json_type, b''), 'array': lambda: (200, json_type, b'[]'),
            'deep': lambda: (200, json_type, b'{"Instances":' + b'[' * 500_000
                             + b']' * 500_000 + b'}'),
        }.get(kind)
        return (*made(), None) if made else None


def huge(total):
    """A list of instances that goes on and on; never ends as JSON should."""
    start = b'{"RequestId":"x","Instances":{"Instance":['
    item = b'{"InstanceId":"i-huge","InstanceName":"huge","Status":"Running"},'
    block = item * (BLOCK // len(item))
    yield start[:total]
    total -= len(start)
    while total > 0:
        yield block[:total]
        total -= len(block)


class Rules:
    def __init__(self):
        self.rules = []

    def add(self, text):
        self.rules.append(Rule(text))

    def clear(self):
        self.rules.clear()

    def strike(self, about):
        return Effects([rule for rule in self.rules if rule.strikes(about)])
