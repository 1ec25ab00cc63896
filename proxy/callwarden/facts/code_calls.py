"""What calls in Python do: by dotted name, the arguments that matter and how.

An entry is `name: "word action argument …"`: the words after the first are positions or keyword names, several of them
tried in turn. `?` before a name stands for any receiver, where a method's name alone says enough.
"""

from __future__ import annotations

from dataclasses import dataclass

from callwarden.facts.model import Place


@dataclass(frozen=True, slots=True)
class Effect:
    """`what` the argument is to the call; it stands at `place` or under one of `names`."""

    what: str
    place: int
    names: tuple[str, ...] = ()


def _table(text: str) -> dict[str, tuple[Effect, ...]]:
    found: dict[str, tuple[Effect, ...]] = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        calls, _, effects = line.partition(": ")
        parsed = tuple(_effect(effect) for effect in effects.split(", "))
        for call in calls.split():
            found[call] = found.get(call, ()) + parsed
    return found


def _effect(text: str) -> Effect:
    what, place, *names = text.split()
    return Effect(what, int(place), tuple(names))


CALLS = _table("""
os.system os.popen subprocess.getoutput subprocess.getstatusoutput commands.getoutput pexpect.run: shell 0 cmd command
asyncio.create_subprocess_shell asyncio.subprocess.create_subprocess_shell trio.run_process: shell 0 cmd
popen2.popen2 pexpect.spawn pexpect.spawnu os.popen2 os.popen3 platform.popen: shell 0 command cmd
IPython.get_ipython().system get_ipython().system get_ipython().getoutput invoke.run fabric.api.local: shell 0
fabric.Connection().local fabric.Connection().sudo invoke.Context().run: shell 0
subprocess.run subprocess.call subprocess.check_call subprocess.check_output subprocess.Popen: command 0 args
sh.Command plumbum.local[] plumbum.cmd: command 0
asyncio.create_subprocess_exec asyncio.subprocess.create_subprocess_exec: rest 0
os.execl os.execlp os.posix_spawn os.posix_spawnp: rest 0
os.execv os.execvp os.execve os.execvpe: argv 1 args
os.spawnv os.spawnvp os.spawnve os.spawnvpe: argv 2
os.spawnl os.spawnlp os.spawnle os.spawnlpe: rest 1
pty.spawn: command 0 argv
runpy.run_path: script 0 path_name
?.exec_command: remote 0 command
paramiko.SSHClient().exec_command fabric.Connection().run asyncssh.connect().run: remote 0 command
open io.open codecs.open gzip.open bz2.open lzma.open aiofiles.open builtins.open zipfile.ZipFile: mode 0 file filename
tarfile.open tarfile.TarFile zipfile.PyZipFile h5py.File: mode 0 name file
pathlib.Path().open: self -1
os.open: flags 0 path
pathlib.Path().read_text pathlib.Path().read_bytes: read -1
pathlib.Path().write_text pathlib.Path().write_bytes: write -1
pathlib.Path().touch pathlib.Path().mkdir: create -1
pathlib.Path().unlink pathlib.Path().rmdir: delete -1
pathlib.Path().rename pathlib.Path().replace: delete -1, read -1, write 0 target
pathlib.Path().copy pathlib.Path().copy_into pathlib.Path().move: read -1, write 0 target
pathlib.Path().chmod pathlib.Path().lchmod: chmod -1
pathlib.Path().symlink_to pathlib.Path().hardlink_to pathlib.Path().link_to: link -1, read 0 target
pathlib.Path().iterdir pathlib.Path().walk: list -1
pathlib.Path().glob pathlib.Path().rglob: below 0 pattern
os.remove os.unlink os.rmdir os.removedirs shutil.rmtree send2trash.send2trash: delete 0 path
os.rename os.replace os.renames shutil.move: read 0 src, delete 0 src, write 1 dst
shutil.copy shutil.copy2 shutil.copyfile shutil.copytree shutil.copymode shutil.copystat: read 0 src, write 1 dst
os.symlink os.link: read 0 src, link 1 dst
os.chmod os.chown os.lchown os.lchmod shutil.chown os.chflags os.setxattr: chmod 0 path
os.mkdir os.makedirs os.mkfifo os.mknod: create 0 name path
os.truncate: write 0 path
os.utime: write 0 path
os.listdir os.scandir os.walk os.fwalk: list 0 top path
glob.glob glob.iglob: list 0 pathname
os.readlink: read 0 path
linecache.getline linecache.getlines fileinput.input fileinput.FileInput: read 0 files filename
shutil.make_archive: write 0 base_name, read 2 root_dir
shutil.unpack_archive: read 0 filename, write 1 extract_dir
zipfile.ZipFile().extractall tarfile.open().extractall: write 0 path
zipfile.ZipFile().write tarfile.open().add: read 0 name filename
sqlite3.connect dbm.open shelve.open: write 0 database filename
logging.FileHandler logging.handlers.RotatingFileHandler: write 0 filename
pandas.read_csv pandas.read_json pandas.read_excel pandas.read_parquet pandas.read_pickle: fetch 0 filepath_or_buffer
pandas.read_table pandas.read_html pandas.read_xml pandas.read_feather pandas.read_fwf: fetch 0 path
numpy.load numpy.loadtxt numpy.genfromtxt numpy.fromfile numpy.memmap: fetch 0 file fname
torch.load joblib.load PIL.Image.open cv2.imread imageio.imread matplotlib.pyplot.imread: fetch 0 f fp filename
polars.read_csv polars.read_parquet polars.scan_csv pickle.Unpickler: fetch 0 source
numpy.save numpy.savetxt numpy.savez numpy.savez_compressed cv2.imwrite imageio.imwrite: write 0 file fname
torch.save joblib.dump: write 1 f filename
matplotlib.pyplot.savefig ?.savefig ?.to_csv ?.to_parquet ?.to_excel ?.to_pickle ?.to_feather: written 0 path fname
?.to_json ?.to_html ?.to_markdown ?.to_hdf ?.save_pretrained ?.tofile ?.write_image ?.write_html: written 0 path
shutil.chown: chmod 0 path
requests.get requests.post requests.put requests.delete requests.head requests.patch requests.options: url 0 url
requests.request httpx.request httpx.stream requests.Session().request httpx.Client().request: url 1 url
requests.Session().get requests.Session().post requests.Session().put requests.Session().delete: url 0 url
requests.session().get requests.session().post requests.Session().patch requests.Session().head: url 0 url
httpx.get httpx.post httpx.put httpx.delete httpx.patch httpx.head httpx.options: url 0 url
httpx.Client().get httpx.Client().post httpx.Client().put httpx.AsyncClient().get httpx.AsyncClient().post: url 0 url
httpx.Client().stream httpx.AsyncClient().stream aiohttp.request aiohttp.ClientSession().request: url 1 url
urllib.request.urlopen urllib.request.urlretrieve urllib.urlopen urllib2.urlopen urllib.request.Request: url 0 url
urllib.request.OpenerDirector().open urllib.request.build_opener().open wget.download: url 0 fullurl url
urllib3.PoolManager().request urllib3.request: url 1 url
aiohttp.ClientSession().get aiohttp.ClientSession().post aiohttp.ClientSession().put: url 0 url
aiohttp.ClientSession().ws_connect websockets.connect websocket.create_connection websocket.WebSocketApp: url 0 url uri
cloudscraper.create_scraper().get pycurl.Curl().setopt: url 0
urllib.request.urlretrieve: write 1 filename
wget.download: write 1 out
http.client.HTTPConnection httplib.HTTPConnection: http 0 host
http.client.HTTPSConnection httplib.HTTPSConnection: https 0 host
ftplib.FTP ftplib.FTP_TLS pysftp.Connection: ftp 0 host
smtplib.SMTP smtplib.SMTP_SSL smtplib.LMTP: smtp 0 host
imaplib.IMAP4 imaplib.IMAP4_SSL: imap 0 host
poplib.POP3 poplib.POP3_SSL: pop3 0 host
telnetlib.Telnet telnetlib3.open_connection: telnet 0 host
paramiko.SSHClient().connect paramiko.client.SSHClient().connect paramiko.Transport: ssh 0 hostname host
asyncssh.connect: ssh 0 host
fabric.Connection netmiko.ConnectHandler asyncssh.create_connection pysftp.Connection: ssh 0 host
asyncssh.connect().forward_remote_port paramiko.Transport().request_port_forward: forward 0
paramiko.SSHClient().get_transport().request_port_forward sshtunnel.open_tunnel: forward 0
sshtunnel.SSHTunnelForwarder: ssh 0 ssh_address_or_host
pyngrok.ngrok.connect ngrok.connect ngrok.forward localtunnel.connect: tunnel 0
socket.create_connection ssl.create_connection: address 0 address
socket.socket().connect socket.socket().connect_ex ssl.SSLContext().wrap_socket().connect: address 0
ssl.wrap_socket().connect socks.socksocket().connect socket.socket().makefile().connect: address 0
socket.socket().sendto: address 1
asyncio.open_connection: tcp 0 host
socket.gethostbyname socket.getaddrinfo socket.gethostbyname_ex dns.resolver.resolve dns.resolver.query: resolve 0 host
socket.socket().bind: bind 0
socket.create_server: bind 0
socketserver.TCPServer socketserver.UDPServer socketserver.ThreadingTCPServer http.server.HTTPServer: bind 0
http.server.ThreadingHTTPServer wsgiref.simple_server.make_server xmlrpc.server.SimpleXMLRPCServer: bind 0
asyncio.start_server websockets.serve asyncssh.listen: bound 1 host
flask.Flask().run uvicorn.run aiohttp.web.run_app waitress.serve bottle.run: bound 1 host
fastapi.FastAPI().run tornado.web.Application().listen gradio.Interface().launch: bound 1 address
exec eval compile execfile: code 0 source
runpy.run_module importlib.import_module __import__: module 0 name
code.InteractiveConsole code.interact code.InteractiveInterpreter().runcode: code 0
types.FunctionType types.CodeType marshal.loads: dynamic 0
os.kill os.killpg signal.pthread_kill psutil.Process().kill psutil.Process().terminate: signal 0
psutil.process_iter()[].kill psutil.process_iter()[].terminate psutil.process_iter()[].suspend: sweep 0
os.setuid os.setgid os.seteuid os.setreuid os.setresuid: native 0
ctypes.CDLL ctypes.cdll.LoadLibrary ctypes.PyDLL cffi.FFI().dlopen: library 0 name
js2py.eval_js py_mini_racer.MiniRacer().eval: code 0
""")

# What a module is for, where importing it says something
MODULES = {
    "ctypes": "native",
    "cffi": "native",
    "_ctypes": "native",
    "socket": "network",
    "requests": "network",
    "httpx": "network",
    "aiohttp": "network",
    "urllib.request": "network",
    "urllib3": "network",
    "http.client": "network",
    "ftplib": "network",
    "smtplib": "network",
    "telnetlib": "network",
    "paramiko": "network",
    "asyncssh": "network",
    "fabric": "network",
    "websockets": "network",
    "websocket": "network",
    "subprocess": "process",
    "pty": "process",
    "pexpect": "process",
    "scapy": "raw_socket",
    "scapy.all": "raw_socket",
    "pcapy": "raw_socket",
}

SCHEMES = frozenset({"http", "https", "ftp", "smtp", "imap", "pop3", "telnet", "ssh", "tcp"})
# What a function does that is handed to another one, which then calls it with what it likes
HANDED: dict[str, Place] = {
    **dict.fromkeys(("shell", "command", "argv", "rest", "remote"), "program"),
    **dict.fromkeys(("write", "delete", "chmod"), "write"),
    **dict.fromkeys(("url", "address"), "host"),
    "code": "code",
}
LOOKS_ONLY = frozenset({"isinstance", "issubclass", "hasattr", "callable", "type", "id", "repr", "print"})
FILES = frozenset({"read", "write", "delete", "chmod", "list", "create", "link"})
DANGEROUS = frozenset({"os", "subprocess", "builtins", "__builtins__", "socket", "shutil", "sys", "pty", "importlib"})
DECODERS = ("base64.", "codecs.decode", "bytes.fromhex", "zlib.", "gzip.", "bz2.", "lzma.", "binascii.")
# Ways from any object to the interpreter's own
GADGETS = frozenset({"__subclasses__", "__globals__", "__builtins__", "__mro__", "__bases__", "__code__", "f_globals"})
