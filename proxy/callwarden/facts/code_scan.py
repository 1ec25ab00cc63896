"""Languages that are only scanned: their literals, and the known ways of one-liners to reach out.

What is found counts; that nothing was found says little, so these are never `understood`. The process and egress doors
see what such a program then does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from callwarden.facts import files
from callwarden.facts.builder import Builder
from callwarden.facts.model import Access

_LITERAL = re.compile(
    r"""(["'`])((?:\\.|(?!\1)[^\\\n]){0,4096})\1|\bq[qxwr]?\{([^}]{0,4096})\}|%[xqQ]\{([^}]{0,4096})\}"""
)
_URL = re.compile(r"\b(?:https?|wss?|ftp|tcp|udp|ssh|git|stratum\+\w+)://[^\s\"'`<>\\)\]}]+", re.IGNORECASE)
_HOST_PORT = re.compile(
    r"(?i)(?:PeerAddr\s*=>\s*|\.connect\(\s*(?:\d+\s*,\s*)?|TCPSocket\.(?:new|open)\(\s*|fsockopen\(\s*|tcp\(\s*)[\"']([\w.:\-\[\]]+)[\"']"
)
_PORT_HOST = re.compile(
    r"(?i)\.connect\(\s*(\d{1,5})\s*,\s*[\"']([\w.:-]+)[\"']|Dial\(\s*[\"']\w+[\"']\s*,\s*[\"']([\w.:-]+)[\"']"
)
_IMPORT = re.compile(r"""\b(?:require|import|use|include|from)\b\s*\(?\s*["']?([\w:./@-]{1,128})""")

# The call, and where its first argument begins; the argument is a command if it is a literal, else not knowable
_RUNS = re.compile(
    r"""(?x)
    (?: (?<![\w.$>])(?:system|exec|popen|passthru|shell_exec|proc_open|pcntl_exec|spawn|qx
        |posix_spawn|execv[pe]*|execl[pe]*|IO\.popen|Open3\.\w+|os\.execute|io\.popen|Kernel\.\w+|child_process\.\w+|Bun\.spawn|Deno\.run|Deno\.Command
        |new\s+ProcessBuilder|exec\.Command|Command::new|Process\.Start|Process\.spawn)
      | \.(?:exec|spawn) (?=\s*\()
      | \b(?:execSync|execFileSync|execFile|spawnSync)
      | Runtime\.getRuntime\(\)\.exec
    )\b (?P<open>\s*\(\s*|[ ]+)
    """
)
_BACKTICKS = re.compile(r"`([^`\n]{1,2048})`|\bqx[{(/|!]([^}\n)/|!]{1,2048})|%x[{(\[]([^})\]\n]{1,2048})")
_DYNAMIC = re.compile(
    r"(?<![\w.$])(?:eval|assert|create_function|instance_eval|class_eval|loadstring|load|dofile|Function|vm\.run\w+|include|require_once)"
    r"\s*\(?\s*(?![\s(]*[\"'][\w./@:-]*[\"'])[\w$(\"'@]"
)
_DECODES = re.compile(
    r"(?i)base64_decode|atob\s*\(|from\([^)]*['\"](?:base64|hex)['\"]|decode_base64|unpack\s*\(?\s*['\"][mH]|gzinflate|str_rot13|MIME::Base64|Base64\.decode"
)
_SOCKETS = re.compile(
    r"(?i)IO::Socket|\bsocket\s*\(|TCPSocket|UDPSocket|fsockopen|net\.(?:connect|Socket|createConnection|createServer)|"
    r"require\(\s*['\"](?:node:)?(?:net|tls|dgram|http2?|https|ws)['\"]|stream_socket_client|luasocket|socket\W{0,3}\.tcp|net\.Dial|TcpStream|TcpClient|"
    r"/inet/(?:tcp|udp)/|\bfetch\s*\(|axios|Net::HTTP|LWP|curl_init|file_get_contents\(\s*['\"]http|HttpClient|http\.(?:get|request|Get|Post)|https\.(?:get|request)"
)
_LISTENS = re.compile(
    r"(?i)createServer|\.listen\s*\(|Listen\s*=>|TCPServer|stream_socket_server|socket_listen|net\.Listen|\blisten\s*\("
)
_REVERSE = re.compile(
    r"(?is)(?:(?:IO::Socket|socket\s*\(|TCPSocket|fsockopen|net\W{0,3}\.(?:connect|Socket|createConnection)|socket\W{0,3}\.tcp|net\.Dial|TcpClient|stream_socket_client|/inet/tcp/)"
    r".{0,600}(?:/bin/(?:ba|da|z|k)?sh|cmd(?:\.exe)?[\"']|powershell|open\s*\(?\s*STD(?:IN|OUT|ERR)\s*,\s*[\"'][<>]&|\bexec\b|spawn|popen|proc_open|os\.execute|\|&\s*getline))"
)
_DELETES = re.compile(
    r"(?:unlink(?:Sync)?|rmSync|rmdirSync|rm_rf|rmtree|FileUtils\.rm\w*|File\.delete|fs\.rm|os\.remove|rimraf|Deno\.remove)\s*\(?\s*[\"']([^\"'\n]{1,1024})[\"']"
)
_WRITES = re.compile(
    r"(?:writeFile(?:Sync)?|appendFile(?:Sync)?|createWriteStream|file_put_contents|File\.write|IO\.write|Deno\.writeTextFile|Bun\.write|os\.WriteFile|copyFileSync|fs::write)"
    r"\s*\(\s*[\"']([^\"'\n]{1,1024})[\"']|open\s*\(?\s*(?:my\s*)?\$?\w+\s*,\s*[\"']\s*>{1,2}\s*[\"']\s*,\s*[\"']([^\"'\n]{1,1024})[\"']"
    r"|(?:File\.open|fopen|io\.open|File\.new)\s*\(?\s*[\"']([^\"'\n]{1,1024})[\"']\s*,\s*[\"'][wax]|open\s*\(?\s*\w+\s*,\s*[\"']\s*>{1,2}\s*([^\"'\n]{1,1024})[\"']"
)
_NATIVE = re.compile(
    r"(?i)\bffi\b|Fiddle|DllImport|process\.binding|syscall\s*\(|\bunsafe\b|node-ffi|dlopen|package\.loadlib"
)
_READS = re.compile(
    r"(?:readFile(?:Sync)?|createReadStream|file_get_contents|readfile|File\.(?:read|open|readlines)|IO\.read|io\.lines|io\.open"
    r"|os\.ReadFile|ioutil\.ReadFile|fs::read\w*|Deno\.readTextFile|Bun\.file)\s*\(?\s*[\"']([^\"'\n]{1,1024})[\"'](?!\s*,\s*[\"'][wax])"
)
_PATHLIKE = re.compile(r"(?:~|\.\.?)?/[\w./~@+*?-]{1,1024}")
_HOME = re.compile(
    r"\$ENV\{['\"]?HOME['\"]?\}|\$\{?HOME\}?|#\{(?:ENV\[.HOME.\]|Dir\.home)\}|\$\{(?:process\.env\.HOME|os\.homedir\(\))\}"
)
_JOINED = re.compile(r"[\"'][\w.@-]{1,64}[\"'](?:\s*,\s*[\"'][\w.@-]{1,64}[\"']){1,6}")
_OPENS: tuple[tuple[re.Pattern[str], Access], ...] = ((_DELETES, "delete"), (_WRITES, "write"), (_READS, "read"))
MAX_NAME = 512

_PATTERNS = (
    ("dynamic", _DYNAMIC),
    ("network", _SOCKETS),
    ("listen", _LISTENS),
    ("reverse_shell", _REVERSE),
    ("delete", _DELETES),
    ("file", _WRITES),
    ("native", _NATIVE),
)
_BACKTICK_TEXT = frozenset(
    {"javascript", "js", "node", "nodejs", "typescript", "ts", "deno", "bun", "go", "lua", "tsx", "jsx"}
)


def read(builder: Builder, language: str, source: str, command: int) -> None:
    """Adds what a scan of a program finds."""
    actions = {action for action, pattern in _PATTERNS if pattern.search(source)}
    calls, ticks = _calls(source), [] if language in _BACKTICK_TEXT else list(_BACKTICKS.finditer(source))
    if calls or ticks:
        actions.add("process")
    if "dynamic" in actions and _DECODES.search(source):
        actions.add("decode_execute")
    reasons = [*_commands(builder, calls, source, command), *_unknown_code(builder, source, command, actions)]
    for match in ticks:
        builder.shell(next(filter(None, match.groups())), command)
    _places(builder, source, command)
    builder.add_code(
        language=language,
        imports=sorted(set(_IMPORT.findall(source)))[:256],
        actions=sorted(actions),
        understood=False,
        opaque=reasons[:32],
        bytes=len(source.encode(errors="replace")),
        command=command,
    )


def _calls(source: str) -> list[re.Match[str]]:
    """Calls that start a process. `.exec(` is also what a regular expression does: it counts beside `child_process`."""
    node = "child_process" in source
    return [call for call in _RUNS.finditer(source) if node or not call[0].startswith((".exec", ".spawn"))]


def _commands(builder: Builder, calls: list[re.Match[str]], source: str, command: int) -> Iterator[str]:
    """Hands literal commands to the shell reader; gives a reason for each that is no literal."""
    for call in calls:
        if _LITERAL.match(source, call.end()):
            builder.shell(_joined(source, call.end()), command)
        elif "(" in call["open"] or source[call.end() : call.end() + 1] in {"$", "@", "`"}:
            reason = "it runs a command that can't be known"
            builder.opaque("program", reason, source[call.start() : call.start() + 200], command=command)
            yield reason


def _joined(source: str, at: int) -> str:
    """A command from the literals of one call: `"ls", "-l"` or `"ls", ["-l"]`."""
    words: list[str] = []
    while (literal := _LITERAL.match(source, at)) and len(words) < 64:
        words.append(next((group for group in literal.groups()[1:] if group is not None), ""))
        gap = re.compile(r"\s*,\s*\[?\s*").match(source, literal.end())
        if not gap:
            break
        at = gap.end()
    return " ".join(words).replace('\\"', '"').replace("\\'", "'").replace("\\n", "\n")


def _unknown_code(builder: Builder, source: str, command: int, actions: set[str]) -> list[str]:
    if "dynamic" not in actions:
        return []
    reason = "it runs code that can't be known"
    builder.opaque("code", reason, source, command=command)
    return [reason]


def _places(builder: Builder, source: str, command: int) -> None:
    """Hosts and paths that stand in the text."""
    for url in dict.fromkeys(_URL.findall(source)):
        builder.host(url, command=command)
    for match in _HOST_PORT.finditer(source):
        builder.host(match[1], scheme="tcp", command=command)
    for match in _PORT_HOST.finditer(source):
        builder.host(match[2] or match[3], port=int(match[1] or 0), scheme="tcp", command=command)
    taken = set()
    for pattern, access in _OPENS:
        for match in pattern.finditer(source):
            path = next(filter(None, match.groups()))
            taken.add(path)
            builder.path(_at_home(path), access, command=command)
    for text in dict.fromkeys(_named(source)):
        if text not in taken and (_PATHLIKE.fullmatch(text) or _telling(builder, text)):
            builder.path(_at_home(text), "read", command=command)


def _named(source: str) -> Iterator[str]:
    """Texts that may name files: literals without the mode in front, and neighbours that a call joins."""
    for literal in _LITERAL.finditer(source):
        text = next((group for group in literal.groups()[1:] if group is not None), "")
        if len(text) <= MAX_NAME:
            yield text.lstrip("<>+| ")
    for together in _JOINED.finditer(source):
        yield "~/" + "/".join(re.findall(r"[\"']([\w.@-]+)[\"']", together[0]))


def _at_home(text: str) -> str:
    return _HOME.sub("~", text, count=1) if _HOME.match(text) else text


def _telling(builder: Builder, text: str) -> bool:
    """No path by its form, but one that has a class: `.aws/credentials`."""
    plain = text not in {"", ".", ".."} and not re.search(r"[\s*?\[\]]|://", text)
    return plain and bool(files.locate(_at_home(text), builder.cwd, builder.context)["classes"])
