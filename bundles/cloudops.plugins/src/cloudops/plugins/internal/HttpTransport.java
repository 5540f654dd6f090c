package cloudops.plugins.internal;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.eclipse.core.runtime.CoreException;
import org.eclipse.core.runtime.IProgressMonitor;
import org.eclipse.core.runtime.IStatus;
import org.eclipse.core.runtime.Status;
import org.eclipse.equinox.internal.p2.repository.Transport;
import org.eclipse.equinox.p2.core.ProvisionException;

/** What p2 reads sites with: the JDK's HTTP client, as p2's own transport would bring half a dozen bundles more. */
final class HttpTransport extends Transport implements AutoCloseable {

    private static final String BUNDLE = "cloudops.plugins";
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration LONGEST = Duration.ofMinutes(10);
    private static final long MOST_BYTES = 256L << 20;
    private static final int NOT_FOUND = 404;
    private static final int GONE = 410;

    private final HttpClient client = HttpClient.newBuilder().connectTimeout(PATIENCE).followRedirects(Redirect.NORMAL).build();
    private IOException unreachable; // guarded by this

    /** Why a host did not answer; null when each did. */
    synchronized IOException unreachable() {
        return unreachable;
    }

    @Override
    public IStatus download(URI from, OutputStream to, IProgressMonitor monitor) {
        try (var in = stream(from, monitor)) {
            var giveUp = CompletableFuture.runAsync(() -> close(in), CompletableFuture.delayedExecutor(LONGEST.toSeconds(), TimeUnit.SECONDS));
            try {
                copy(in, to);
            } finally {
                giveUp.cancel(false);
            }
            return Status.OK_STATUS;
        } catch (FileNotFoundException e) {
            return new Status(IStatus.ERROR, BUNDLE, ProvisionException.ARTIFACT_NOT_FOUND, e.getMessage(), e);
        } catch (IOException e) {
            return new Status(IStatus.ERROR, BUNDLE, ProvisionException.REPOSITORY_FAILED_READ, e.getMessage(), e);
        } catch (CoreException e) {
            return e.getStatus();
        }
    }

    @Override
    public InputStream stream(URI from, IProgressMonitor monitor) throws FileNotFoundException, CoreException {
        return send(HttpRequest.newBuilder(from).GET(), from).body();
    }

    @Override
    public long getLastModified(URI of, IProgressMonitor monitor) throws CoreException, FileNotFoundException {
        try (var nothing = send(HttpRequest.newBuilder(of).HEAD(), of).body()) {
            return 1; // it is there; p2 compares times with what it has kept of the site, and with us it keeps nothing
        } catch (FileNotFoundException e) {
            throw e;
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private HttpResponse<InputStream> send(HttpRequest.Builder request, URI uri) throws CoreException, FileNotFoundException {
        try {
            var answer = client.send(request.timeout(PATIENCE).build(), BodyHandlers.ofInputStream());
            if (answer.statusCode() == NOT_FOUND || answer.statusCode() == GONE) {
                throw new FileNotFoundException(uri.toString());
            }
            if (answer.statusCode() / 100 != 2) {
                throw failed(new IOException(uri + " answers with HTTP status " + answer.statusCode()));
            }
            return answer;
        } catch (FileNotFoundException e) {
            throw e;
        } catch (IOException e) {
            synchronized (this) {
                unreachable = e;
            }
            throw failed(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failed(new IOException("interrupted", e));
        }
    }

    private static void copy(InputStream in, OutputStream out) throws IOException {
        var buffer = new byte[1 << 16];
        long total = 0;
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
            total += read;
            if (total > MOST_BYTES) {
                throw new IOException("it is larger than " + (MOST_BYTES >> 20) + " MB");
            }
            out.write(buffer, 0, read);
        }
    }

    /** Ends the reading of a host that sends too slowly. */
    private static void close(InputStream in) {
        try {
            in.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static CoreException failed(IOException e) {
        return new CoreException(new Status(IStatus.ERROR, BUNDLE, ProvisionException.REPOSITORY_FAILED_READ, e.getMessage(), e));
    }

    @Override
    public void close() {
        client.shutdownNow();
        client.close();
    }
}
