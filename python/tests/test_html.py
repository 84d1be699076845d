"""What notebooks show."""

from __future__ import annotations

import rp_host


def test_a_host_is_a_table_of_its_instances(host: rp_host.Host, minimal: rp_host.Instance) -> None:
    shown = host._repr_html_()
    assert shown.startswith("<table>") and "<td>test-minimal</td>" in shown
    assert "<td>test-minimal</td>" in minimal._repr_html_()
    host.close()
    assert "test-minimal" not in host._repr_html_()


def test_a_response_shows_its_rows_and_nothing_of_it_is_markup() -> None:
    rows = b'{"status":"success","data":{"count":2,"people":[{"name":"<b>Ryan</b>"},{"name":"Zo\xc3\xab","year":1742}]}}'
    shown = rp_host.Response(0, rows)._repr_html_()
    assert "<th>name</th><th>year</th>" in shown and "<td>&lt;b&gt;Ryan&lt;/b&gt;</td><td></td>" in shown
    assert "<td>Zoë</td><td>1742</td>" in shown
    shown = rp_host.Response(0, b'{"status":"success","data":{"reply":"pong"}}')._repr_html_()
    assert "<td>reply</td><td>pong</td>" in shown
    shown = rp_host.Response(1, b'{"status":"error","error":"no","code":"conflict"}')._repr_html_()
    assert "<caption>error</caption>" in shown and "<td>conflict</td>" in shown


def test_a_long_table_says_how_much_is_left_out() -> None:
    rows = ",".join('{"a":1}' for _ in range(100))
    shown = rp_host.Response(0, f'{{"status":"success","data":[{rows}]}}'.encode())._repr_html_()
    assert shown.count("<tr>") == 61 and "<p>40 more rows</p>" in shown
