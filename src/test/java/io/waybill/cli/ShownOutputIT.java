package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.cli.Launcher.Ended;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What others have written reaches no terminal as something that it does. */
class ShownOutputIT {

    @RegisterExtension
    private static final Commands WAYBILL = Commands.inNewFolder();

    @Test
    void aMessageThatSaysWhatWasFoundSteersNoTerminal() throws Exception {
        Ended refused = WAYBILL.run("token", "create", "x", "--grant", "\u001b[2J\u001b]0;root\u0007");
        assertThat(refused.exitCode()).isEqualTo(2);
        assertThat(refused.err()).contains("\uFFFD[2J\uFFFD]0;root\uFFFD").doesNotContain("\u001b", "\u0007");
    }

    @Test
    void aFlowWhoseNameOrPathWouldIsRefused() throws Exception {
        Files.createDirectories(WAYBILL.folder().resolve("routes"));
        Files.writeString(WAYBILL.folder().resolve("routes/orders.toml"), """
                name = "orders\\u001B[2J"
                [properties.export]
                source_dataset_id = "orders"
                file_path = "out/\\u001B[2J.csv"
                """);
        Ended refused = WAYBILL.run("validate");
        assertThat(refused.out() + refused.err())
                .contains("orders.toml:1: name: has the control character U+001B; what can be read is allowed")
                .contains("orders.toml:4: file_path: has the control character U+001B");
    }
}
