package io.waybill.cli;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** The process of {@link Commands}: runs what standard input asks for, one command after the other, until that ends. */
final class CommandLoop {

    /** Stands where the number of a command's arguments would. */
    static final int END = -1;

    private CommandLoop() {}

    public static void main(String[] arguments) throws IOException {
        Locale.setDefault(Locale.ROOT); // as Main does
        PrintStream answers = System.out;
        PrintStream errors = System.err;
        DataInputStream in = new DataInputStream(System.in);
        DataOutputStream answer = new DataOutputStream(answers);
        for (int count = in.readInt(); count != END; count = in.readInt()) {
            String[] command = new String[count];
            for (int i = 0; i < count; i++) {
                command[i] = in.readUTF();
            }
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            ByteArrayOutputStream err = new ByteArrayOutputStream();
            System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
            System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
            int exitCode;
            try {
                exitCode = Main.run(command);
            } finally {
                System.setOut(answers);
                System.setErr(errors);
            }
            answer.writeInt(exitCode);
            for (ByteArrayOutputStream stream : new ByteArrayOutputStream[] {out, err}) {
                answer.writeInt(stream.size());
                stream.writeTo(answer);
            }
            answer.flush();
        }
    }
}
