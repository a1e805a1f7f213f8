package io.waybill.cli;

import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Asks somebody at a terminal, one question after the other. */
final class Dialogue {

    private final Terminal out;
    private final Console console;
    private final BufferedReader in;

    Dialogue(Terminal out) {
        this.out = out;
        this.console = System.console();
        this.in = console == null ? new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)) : null;
    }

    void say(String line) {
        out.line(line);
    }

    /**
     * Asks for a line.
     *
     * @param otherwise what an empty answer stands for; empty for nothing
     * @throws WrongUsageException when nobody answers any more
     */
    String ask(String question, String otherwise) {
        prompt(question + (otherwise.isEmpty() ? "" : " [" + otherwise + "]") + ": ");
        String answer = line();
        return answer.isBlank() ? otherwise : answer.strip();
    }

    /** Asks until the answer is yes or no. */
    boolean agrees(String question, boolean otherwise) {
        while (true) {
            String answer = ask(question + " (yes or no)", otherwise ? "yes" : "no");
            if ("yes".startsWith(answer) || "no".startsWith(answer)) {
                return "yes".startsWith(answer);
            }
        }
    }

    /** Asks for what is not to be seen. */
    String secret(String question) {
        prompt(question + ": ");
        if (console == null) {
            return line();
        }
        char[] answer = console.readPassword();
        if (answer == null) {
            throw ended();
        }
        return new String(answer);
    }

    private void prompt(String text) {
        out.out().print(out.bold(text));
        out.out().flush();
    }

    private String line() {
        String answer;
        try {
            answer = console == null ? in.readLine() : console.readLine();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (answer == null) {
            out.line("");
            throw ended();
        }
        return answer;
    }

    private static WrongUsageException ended() {
        return new WrongUsageException("nobody answers any more; nothing is written");
    }
}
