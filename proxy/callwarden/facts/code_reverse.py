"""Source text that ties a shell to a connection, whatever the language and wherever it is put.

Such a program is written to a file first and started afterwards, so it is looked for in what is written. One idiom is
never enough, since ordinary programs open sockets and ordinary programs start others; both ends must be there.
"""

from __future__ import annotations

import re

_SOCKET = re.compile(
    r"""(?x)(?i)
    \bsocket\s*\(|\bsocket\.socket\b|syscall\.Socket\b|IO::Socket|TCPSocket|TCPServer|fsockopen|stream_socket_(?:client|server)
    |\bnet\.(?:Dial|Listen|connect|createConnection|createServer|Socket)\b|TcpStream::|TcpListener::|\bTcpClient\b|\bTcpListener\b
    |new\s+(?:java\.net\.)?(?:Server)?Socket\b|socket\.tcp\b|socket\.connect\b|/dev/(?:tcp|udp)/|/inet/tcp/|\bsocket_create\b|WSASocket
    """
)
_TIED = re.compile(
    r"""(?x)(?is)
    \bdup2?\s*\(?[^;\n]{0,40}(?:\b[012]\b|STD|stdin|\$?fd)[^;\n]{0,80}[;\n].{0,400}
        (?:\bexec\w*\b|\bspawn\b|pty\.|\bsystem\b|subprocess|posix_spawn).{0,80}(?:\bsh\b|/bin/|cmd|powershell|argv)
    |open\s*\(?\s*STDIN\s*,\s*["'][<>+]*&.{0,200}\bexec\b
    |\$(?:stdin|stdout|stderr)\.reopen.{0,120}\bexec\b
    |\b(?:spawn|exec|popen|proc_open|execFile)\s*\(\s*["'](?:/bin/|/usr/bin/)?(?:ba|da|z|k)?sh\b.{0,300}(?:\.pipe\s*\(|=>\s*\$?sock|\$sock|\$s\b|fd\b|stdio)
    |proc_open\s*\(.{0,200}array\s*\(\s*0\s*=>\s*\$s
    |exec\.Command\s*\(\s*["'](?:/bin/)?(?:ba|z)?sh["'].{0,400}\.Std(?:in|out|err)\s*=\s*(?:c|conn|sock\w*|nc|connection)\b
    |Command::new\s*\(\s*["'](?:/bin/)?(?:ba|z)?sh["'].{0,300}(?:from_raw_fd|Stdio)
    |(?:ProcessBuilder|getRuntime\(\)\.exec|Process\.Start|ProcessStartInfo)\b.{0,200}(?:\bsh["']|cmd|powershell).{0,600}(?:getOutputStream|getInputStream|StandardInput|RedirectStandard)
    |StreamReader.{0,300}(?:Invoke-Expression|\biex\b)
    |(?:Invoke-Expression|\biex\b).{0,300}(?:GetStream|\.Write\()
    |os\.execute|io\.popen\s*\(.{0,200}:send\s*\(
    |STARTUPINFO.{0,300}hStd(?:Input|Output)
    """
)
_PATTERNS = (_SOCKET, _TIED)
MAX_TEXT = 1 << 16


def found(text: str) -> bool:
    """Whether a text is the source of a shell that is served over a connection."""
    return len(text) <= MAX_TEXT and all(pattern.search(text) for pattern in _PATTERNS)
