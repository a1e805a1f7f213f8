package io.waybill.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Which processes are known to have ended, and which are not. */
@EnabledOnOs(OS.LINUX)
class OwnerTest {

    private static final long NOBODY = 2_000_000_000L;

    private final Owner me = Owner.newOne();

    private Owner owner(long pid, Kernel kernel, long ticks) {
        return new Owner(me.host(), pid, me.startedAt(), kernel, ticks, null, null);
    }

    @Test
    void isReadAsItWasWritten() {
        Owner older = new Owner("host", 1, Instant.EPOCH);

        assertThat(Owner.parse(me.toString())).isEqualTo(me).hasToString(me.toString());
        assertThat(Owner.parse("host 1 1970-01-01T00:00:00Z")).isEqualTo(older).hasToString(older.toString());
        assertThat(Owner.parse(Owner.current().toString())).isEqualTo(Owner.current());
        Owner withoutKernel = new Owner("mac", 7, Instant.EPOCH, null, 0, "00ff", "-");
        assertThat(Owner.parse(withoutKernel.toString())).isEqualTo(withoutKernel);
        Owner unknown = owner(7, Kernel.UNKNOWN, 0);
        assertThat(Owner.parse(unknown.toString())).isEqualTo(unknown);
    }

    @Test
    void isNoOtherOfTheSameHostNumberAndStart() {
        Owner other = Owner.newOne();

        assertThat(other.words()).isEqualTo(me.words());
        assertThat(other.toString()).isNotEqualTo(me.toString()).hasSizeLessThan(300);
    }

    @Test
    void sharesFilesWithWhoseMountsAreTheSameAndNotWithNamesakes() {
        Kernel otherMachine = new Kernel("0123456789abcdef0123456789abcdef", "0", "1");

        assertThat(me.sharesFiles()).isTrue();
        assertThat(new Owner(me.host(), 1, me.startedAt(), me.kernel(), 1, "ff", "4026539999").sharesFiles())
                .as("a container of the same kernel, name and number")
                .isFalse();
        assertThat(new Owner(me.host(), 1, me.startedAt(), otherMachine, 1, "ff", me.files()).sharesFiles())
                .as("a machine of the same name")
                .isFalse();
        assertThat(new Owner(me.host(), 1, me.startedAt(), null, 0, "ff", "-").sharesFiles())
                .isFalse();
        assertThat(new Owner(me.host(), 1, me.startedAt()).sharesFiles())
                .as("of an earlier version, which knew the name alone")
                .isTrue();
        assertThat(new Owner("elsewhere", 1, me.startedAt()).sharesFiles()).isFalse();
    }

    @Test
    void livesAsLongAsItsProcess() throws Exception {
        Process other = new ProcessBuilder("cat").start();
        Owner owner =
                owner(other.pid(), me.kernel(), Kernel.startTicks(other.pid()).orElseThrow());

        assertThat(owner.isDead()).isFalse();
        assertThat(me.isDead()).isFalse();
        other.destroyForcibly().waitFor();
        assertThat(owner.isDead()).isTrue();
    }

    @Test
    void isNoLaterProcessOfTheSameNumber() {
        assertThat(owner(me.pid(), me.kernel(), me.ticks() - 1).isDead()).isTrue();
    }

    @Test
    void livesWhenTheClockIsSet() {
        Owner before = new Owner(
                me.host(), me.pid(), me.startedAt().minusSeconds(30), me.kernel(), me.ticks(), me.id(), me.files());

        assertThat(before.isDead()).isFalse();
    }

    @Test
    void isNotTakenForDeadByWhoCannotSeeIt() {
        Kernel container = new Kernel(me.kernel().boot(), me.kernel().time(), "4026532999");
        Kernel namesake = new Kernel(
                "0123456789abcdef0123456789abcdef",
                me.kernel().time(),
                me.kernel().processes());

        assertThat(owner(NOBODY, container, 1).isDead()).isFalse();
        assertThat(owner(NOBODY, namesake, 1).isDead()).isFalse();
        assertThat(owner(NOBODY, Kernel.UNKNOWN, 1).isDead()).isFalse();
        assertThat(owner(NOBODY, me.kernel(), 1).isDead()).isTrue();
    }

    @Test
    void sharesTheClockOfItsKernelAlone() {
        Kernel container = new Kernel(me.kernel().boot(), me.kernel().time(), "4026532999");
        Kernel otherClock =
                new Kernel(me.kernel().boot(), "4026532998", me.kernel().processes());

        assertThat(owner(NOBODY, container, 1).sharesClock()).isTrue();
        assertThat(owner(NOBODY, otherClock, 1).sharesClock()).isFalse();
        assertThat(owner(NOBODY, Kernel.UNKNOWN, 1).sharesClock()).isFalse();
        assertThat(new Owner("host", 1, Instant.EPOCH).sharesClock()).isFalse();
    }
}
