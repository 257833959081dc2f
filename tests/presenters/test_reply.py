from dataclasses import replace

from bot.i18n import language
from bot.presenters.reply import Reply
from bot.presenters.welcome import said_again


def test_a_plain_form_that_nobody_reads_is_not_written_and_one_that_is_read_is_written_once() -> None:
    written: list[str] = []

    def write() -> str:
        written.append("plain")
        return "plain"

    reply = Reply(write, rich="<p>rich</p>")
    assert reply.rich
    assert written == []

    assert (reply.plain, reply.plain, written) == ("plain", "plain", ["plain"])
    assert reply == Reply("plain", rich="<p>rich</p>")
    assert replace(reply, rich="").plain == "plain"


def test_an_answer_said_again_says_so_in_both_forms() -> None:
    again = said_again(Reply(lambda: "plain", rich="<p>rich</p>"), language("es_MX"))
    assert all("Hubo una interrupción" in form for form in (again.plain, again.rich))
    assert again.plain.startswith("plain\n")
