/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.launcher;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A folder for as long as a process lives. What a killed process leaves, the next one takes away. */
final class TemporaryFolder implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger("org.stroma.launcher");
  private static final String LOCK = "lock";
  private static final Pattern NAME = Pattern.compile("stroma-(\\d{1,10})-\\d+");

  /** A folder that is made now has no lock for a moment. */
  private static final long NEW_MILLIS = 60_000;

  private final Path path;
  private final FileChannel channel;

  private TemporaryFolder(Path path, FileChannel channel) {
    this.path = path;
    this.channel = channel;
  }

  /**
   * Makes a folder among the system's temporary ones.
   *
   * @throws IOException where there is no place
   */
  static TemporaryFolder make() throws IOException {
    return make(Path.of(System.getProperty("java.io.tmpdir")));
  }

  static TemporaryFolder make(Path among) throws IOException {
    sweep(among);
    Path path =
        Files.createTempDirectory(among, "stroma-" + ProcessHandle.current().pid() + "-");
    FileChannel channel =
        FileChannel.open(path.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      channel.lock();
    } catch (IOException e) {
      // without locks nobody takes it away but this process
      LOG.log(Level.FINE, "no locks", e);
      Files.delete(path.resolve(LOCK));
    }
    return new TemporaryFolder(path, channel);
  }

  /** Where to write. */
  Path path() {
    return path;
  }

  /** Takes away what killed processes have left. */
  private static void sweep(Path among) {
    List<Path> folders;
    try (var all = Files.list(among)) {
      folders = all.filter(TemporaryFolder::left).toList();
    } catch (IOException e) {
      return;
    }
    folders.forEach(Cache::remove);
  }

  /**
   * Whether the process of a folder has ended: its number is nobody's, and its lock can be had. The number alone does not tell, as containers
   * may share a folder; and a file that this process has locked must not be opened again, which would give its lock back.
   */
  private static boolean left(Path folder) {
    Matcher name = NAME.matcher(folder.getFileName().toString());
    if (!name.matches()
        || ProcessHandle.of(Long.parseLong(name.group(1))).isPresent()
        || !Files.isRegularFile(folder.resolve(LOCK))) {
      return false;
    }
    try (FileChannel other = FileChannel.open(folder.resolve(LOCK), StandardOpenOption.WRITE)) {
      FileTime made = Files.getLastModifiedTime(folder.resolve(LOCK));
      FileLock lock = other.tryLock();
      return lock != null && System.currentTimeMillis() - made.toMillis() > NEW_MILLIS;
    } catch (IOException e) {
      // another user's
      return false;
    }
  }

  /** Takes the folder away with all that is in it. */
  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      LOG.log(Level.FINE, "the lock cannot be given back", e);
    }
    Cache.remove(path);
  }
}
