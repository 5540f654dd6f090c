package cloudops.execution.internal.output;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.UserPrincipal;

/**
 * A folder that nobody else can look into or have laid out: on its whole path there is nothing, be it a link or a folder, of another user but
 * the system's. Below a folder that all may write to, such as {@code /tmp}, somebody could have been there before us.
 */
public final class PrivateFolder {

    private final Path folder;
    private volatile boolean checked;

    public PrivateFolder(Path folder) {
        this.folder = folder.toAbsolutePath().normalize();
    }

    /** Makes it when it is not there. @throws IOException when it is somebody else's, or cannot be made */
    public void make() throws IOException {
        if (checked && Files.isDirectory(folder)) {
            return;
        }
        PrivateFiles.createFolders(folder);
        if (folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            requireOurs();
        }
        checked = true;
    }

    private void requireOurs() throws IOException {
        var probe = Files.createTempFile(folder, ".", ".owner");
        UserPrincipal user;
        try {
            user = Files.getOwner(probe);
        } finally {
            Files.delete(probe);
        }
        for (var part = folder; part != null; part = part.getParent()) {
            var owner = Files.readAttributes(part, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS).owner();
            if (!owner.equals(user) && !isSystem(owner, part)) {
                throw new IOException(part + " belongs to " + owner.getName() + ", who could read or replace what is kept in " + folder
                        + "; try: another folder");
            }
        }
        if (Files.isSymbolicLink(folder)) {
            throw new IOException(folder + " is a symbolic link; try: the folder itself");
        }
        restrict();
    }

    /** Whatever belongs to the owner of the root folder: who is that can do anything anyway. */
    private static boolean isSystem(UserPrincipal owner, Path part) throws IOException {
        return owner.equals(Files.getOwner(part.getRoot()));
    }

    /** A folder that was there may have been open to others. */
    private void restrict() throws IOException {
        var permissions = Files.getPosixFilePermissions(folder);
        if (permissions.removeIf(permission -> !permission.name().startsWith("OWNER"))) {
            Files.setPosixFilePermissions(folder, permissions);
        }
    }
}
