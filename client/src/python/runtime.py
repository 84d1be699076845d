class RpError(Exception):
    """An error response of the module, or a fault of what is between it and you.

    ``code`` is for programs, such as ``not_found``. Where no module answered, it
    begins with ``rp::``, and ``fault`` is ``module``, ``host`` or ``operator``.
    """

    def __init__(self, response: dict[str, Any]) -> None:
        super().__init__(str(response.get("error", "an error without a text")))
        self.code: str = str(response.get("code", ""))
        self.details: Any = response.get("details")
        self.fault: Optional[str] = response.get("fault")


class Connection:
    """A connection to ``rp serve``: one JSON object a line, in both directions.

    Threads may share it; each waits for its turn.
    """

    def __init__(self, incoming: IO[str], outgoing: IO[str]) -> None:
        self._incoming = incoming
        self._outgoing = outgoing
        self._process: Optional[subprocess.Popen[str]] = None
        self._events: deque[dict[str, Any]] = deque()
        self._lock = threading.RLock()
        self._last_id = 0

    @classmethod
    def spawn(cls, *command: str) -> Connection:
        """Starts ``rp serve``: ``spawn("rp", "serve", "--config", "rp.toml")``."""
        pipe = subprocess.PIPE
        process = subprocess.Popen(command, stdin=pipe, stdout=pipe, encoding="utf-8")
        assert process.stdout is not None and process.stdin is not None
        connection = cls(process.stdout, process.stdin)
        connection._process = process
        return connection

    @classmethod
    def connect(cls, path: str) -> Connection:
        """Connects to the Unix socket of an ``rp serve`` that runs."""
        if sys.platform == "win32":
            raise OSError("there are no Unix sockets here: use spawn()")
        with socket.socket(socket.AF_UNIX) as unix:
            unix.connect(path)
            file = unix.makefile("rw", encoding="utf-8")
        return cls(file, file)

    def request(
        self,
        instance: str,
        message_type: str,
        payload: dict[str, Any],
        deadline_ms: Optional[int] = None,
    ) -> Any:
        """Sends a message and returns the data of the response."""
        with self._lock:
            self._last_id += 1
            request = {
                "id": self._last_id,
                "module": instance,
                "type": message_type,
                "payload": payload,
            }
            if deadline_ms is not None:
                request["deadline_ms"] = deadline_ms
            self._outgoing.write(json.dumps(request, allow_nan=False) + "\n")
            self._outgoing.flush()
            return self._response(self._last_id)

    def _response(self, wanted: int) -> Any:
        while True:
            line = self._line()
            if "status" not in line:
                self._events.append(line)
            elif line.get("id") in (wanted, None):
                if line["status"] == "success":
                    return line.get("data")
                raise RpError(line)

    def _line(self) -> dict[str, Any]:
        text = self._incoming.readline()
        if not text:
            raise EOFError("rp serve ended the connection")
        line = json.loads(text)
        if not isinstance(line, dict):
            raise ValueError("rp serve wrote a line that is no object")
        return line

    def subscribe(self, pattern: str) -> None:
        """Asks for the events that fit a pattern, such as ``note.*``."""
        self.request("host", "subscribe", {"pattern": pattern})

    def next_event(self) -> dict[str, Any]:
        """Waits for the next event that was subscribed to."""
        with self._lock:
            while not self._events:
                line = self._line()
                if "status" not in line:
                    self._events.append(line)
            return self._events.popleft()

    def close(self) -> None:
        """Ends the connection, and the process if spawn() started it."""
        self._outgoing.close()
        if self._process is not None:
            self._process.wait()
        self._incoming.close()

    def __enter__(self) -> Connection:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _given(values: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value is not None}
