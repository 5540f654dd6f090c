package cloudops.execution.internal.process;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LibCTest {

    private LibC c;

    @BeforeEach
    void find() {
        assumeTrue(LibC.available().isPresent(), "this JVM or system cannot start processes through the C library");
        c = LibC.available().get();
    }

    @Test
    void saysWhyACallFailed() {
        var block = c.allocate(64);
        assertThatThrownBy(() -> c.read(-1, block)).isInstanceOf(IOException.class).hasMessage("read: Bad file descriptor");
        assertThatThrownBy(() -> c.exitCode(1, block)).isInstanceOf(IOException.class).hasMessage("waitpid: No child processes");
        assertThatThrownBy(() -> c.watch(Integer.MAX_VALUE, block)).isInstanceOf(IOException.class).hasMessage("pidfd_open: No such process");
    }
}
