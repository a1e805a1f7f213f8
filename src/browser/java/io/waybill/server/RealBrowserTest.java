package io.waybill.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RealBrowserTest {

    @TempDir
    private Path folder;

    @Test
    void refusesABrowserThatIsNamedAndIsNotThere() throws Exception {
        Path text = Files.writeString(folder.resolve("chromium"), "none");
        for (String named : new String[] {"/nowhere/chromium", folder.toString(), text.toString()}) {
            assertThatThrownBy(() -> RealBrowser.executable(named))
                    .hasMessage("-Dwaybill.browser=" + named + ": there is no program; name a Chromium, or leave it out"
                            + " for /usr/bin/chromium, /usr/bin/chromium-browser, /usr/bin/google-chrome");
        }
    }

    @Test
    void takesTheOneThatIsNamed() {
        assertThat(RealBrowser.executable("/bin/sh")).contains(Path.of("/bin/sh"));
    }
}
