/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.spark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.stroma.command.UsageException;

/**
 * {@code OUT.shards}, beside the result: {@code plan.properties}, which tells what is carried out;
 * {@code shard-2-of-8} with the result of a shard that is done; {@code attempt-...} where a task
 * writes. A task moves its own folder to the shard's name when it is done, and the first one wins.
 * Thus two attempts at one shard, whether Spark retries or speculates, are no matter to each other.
 */
final class ShardsFolder {
  private static final String PLAN = "plan.properties";
  private static final String LOCK = "lock";
  private static final String ATTEMPT = "attempt-";

  private final Path folder;

  private ShardsFolder(Path folder) {
    this.folder = folder;
  }

  /** The folder of a result. */
  static ShardsFolder of(String out) {
    Path path = Path.of(out);
    return new ShardsFolder(path.resolveSibling(path.getFileName() + ".shards"));
  }

  Path path() {
    return folder;
  }

  /**
   * Takes the folder for a driver: makes it, or goes on with that of the same command.
   *
   * @param command what is to be carried out
   * @param wanted number of shards if it begins now, and nobody said one
   * @return the plan; and as long as it is open, no other driver takes the folder
   * @throws UsageException if something else is there, or another driver is at work
   */
  Held take(ShardedCommand command, int wanted) {
    try {
      boolean began = Files.exists(folder.resolve(PLAN));
      if (!began && Files.exists(folder) && !isEmpty()) {
        throw new UsageException(
            folder
                + " is there already and holds no shards; name another place with --out, or take it away");
      }
      Plan before = began ? Plan.read(folder.resolve(PLAN)) : null;
      Plan plan = Plan.of(command, before, wanted, folder);
      Files.createDirectories(folder);
      FileChannel lock = lock();
      removeAttempts();
      write(plan);
      return new Held(plan, lock);
    } catch (IOException e) {
      throw new UsageException(folder + " cannot be written: " + reason(e));
    }
  }

  /** What a driver has while it works. */
  record Held(Plan plan, FileChannel lock) implements AutoCloseable {
    @Override
    public void close() {
      try {
        lock.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private boolean isEmpty() throws IOException {
    if (!Files.isDirectory(folder)) {
      return false;
    }
    try (Stream<Path> entries = Files.list(folder)) {
      // a driver that was stopped at once has left its lock, a lost executor what it wrote last
      return entries
          .map(entry -> entry.getFileName().toString())
          .allMatch(name -> name.equals(LOCK) || name.startsWith(ATTEMPT));
    }
  }

  private FileChannel lock() throws IOException {
    FileChannel channel =
        FileChannel.open(folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    FileLock lock = null;
    try {
      lock = channel.tryLock();
    } catch (OverlappingFileLockException e) {
      // in this process
    } catch (IOException e) {
      // a file system without locks
      return channel;
    }
    if (lock == null) {
      channel.close();
      throw new UsageException("another spark-submit is at work in " + folder
          + "; wait for it, or name another place with --out");
    }
    return channel;
  }

  private void write(Plan plan) throws IOException {
    Path partial = Files.createTempFile(folder, ATTEMPT, "");
    Files.writeString(partial, plan.text());
    Files.move(partial, folder.resolve(PLAN), StandardCopyOption.ATOMIC_MOVE);
  }

  /** What ended drivers have left. */
  private void removeAttempts() throws IOException {
    List<Path> left;
    try (Stream<Path> entries = Files.list(folder)) {
      left = entries
          .filter(entry -> entry.getFileName().toString().startsWith(ATTEMPT))
          .toList();
    }
    left.forEach(ShardsFolder::remove);
  }

  /** Whether this machine sees what the driver has written. */
  boolean holds(String plan) {
    try {
      return Files.readString(folder.resolve(PLAN)).equals(plan);
    } catch (IOException e) {
      return false;
    }
  }

  /** Where the result of a shard is when it is done. */
  Path shard(int index, int count) {
    return folder.resolve("shard-" + index + "-of-" + count);
  }

  /** Results of all shards, in their order; none where all of them write into one folder. */
  List<Path> parts(ShardedCommand.Kind kind, int count) {
    return kind.isMerged()
        ? IntStream.range(0, count)
            .mapToObj(index -> shard(index, count).resolve(kind.part()))
            .toList()
        : List.of();
  }

  /**
   * A new folder for an attempt.
   *
   * @param name of no other attempt of any driver
   */
  Path attempt(String name) throws IOException {
    return Files.createDirectory(folder.resolve(ATTEMPT + name));
  }

  /**
   * Gives an attempt's folder the name of its shard, unless another attempt was first; then it is
   * taken away.
   */
  void finish(Path attempt, int index, int count) throws IOException {
    Path shard = shard(index, count);
    try {
      // replaces no folder that holds something
      Files.move(attempt, shard, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      if (!Files.isDirectory(shard)) {
        throw e;
      }
      remove(attempt);
    }
  }

  /** Takes everything away, when the result is there. */
  void remove() {
    remove(folder);
  }

  /** Takes a folder away as far as possible: what cannot be removed is no part of the result. */
  static void remove(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    } catch (NoSuchFileException e) {
      // it is gone
    } catch (IOException | UncheckedIOException e) {
      System.err.println("stroma: " + folder + " cannot be taken away: " + e.getMessage());
    }
  }

  private static String reason(IOException e) {
    // the message of a FileSystemException is only the file name
    return e.getClass().getSimpleName().replaceFirst("Exception$", "") + ": " + e.getMessage();
  }
}
