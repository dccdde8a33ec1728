/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.arrays;

import io.jhdf.FractalHeap;
import io.jhdf.GroupSymbolTableNode;
import io.jhdf.LocalHeap;
import io.jhdf.ObjectHeader;
import io.jhdf.Superblock;
import io.jhdf.SymbolTableEntry;
import io.jhdf.Utils;
import io.jhdf.btree.BTreeV1;
import io.jhdf.btree.BTreeV2;
import io.jhdf.btree.record.LinkNameForIndexedGroupRecord;
import io.jhdf.exceptions.HdfException;
import io.jhdf.object.message.DataLayoutMessage;
import io.jhdf.object.message.LinkInfoMessage;
import io.jhdf.object.message.LinkMessage;
import io.jhdf.object.message.SymbolTableMessage;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.stroma.api.data.DataException;

/** Finds groups and datasets by path. Soft links are followed; links to other files are refused. */
final class Hdf5Tree {
  /** Limit of soft links on one path, as in HDF5. */
  private static final int MAX_LINKS = 16;

  private static final long UNDEFINED = -1;

  private sealed interface Link {
    record Hard(long address) implements Link {}

    record Soft(String path) implements Link {}

    record External(String file, String path) implements Link {}
  }

  private final Path file;
  private final Hdf5Storage storage;
  private final long root;
  private final Map<Long, ObjectHeader> headers = new HashMap<>();
  private final Map<Long, Map<String, Link>> groups = new HashMap<>();

  Hdf5Tree(Path file, Hdf5Storage storage) {
    this.file = file;
    this.storage = storage;
    Superblock superblock = storage.getSuperblock();
    if (superblock instanceof Superblock.SuperblockV0V1 old) {
      long entry = old.getRootGroupSymbolTableAddress() - storage.getUserBlockSize();
      this.root = new SymbolTableEntry(storage, entry).getObjectHeaderAddress();
    } else {
      this.root = ((Superblock.SuperblockV2V3) superblock).getRootGroupObjectHeaderAddress();
    }
  }

  /** The header of the file's root group. */
  ObjectHeader root() {
    return header(root);
  }

  /** The header of the object at a path; null if it does not exist. */
  ObjectHeader find(String path) {
    Long address = resolve(root, path, path, new int[1]);
    return address == null ? null : header(address);
  }

  private ObjectHeader header(long address) {
    return headers.computeIfAbsent(address, at -> ObjectHeader.readObjectHeader(storage, at));
  }

  private Long resolve(long from, String path, String requested, int[] linksFollowed) {
    long at = path.startsWith("/") ? root : from;
    for (String name : path.split("/")) {
      if (name.isEmpty() || name.equals(".")) {
        continue;
      }
      Link link = links(at).get(name);
      if (link == null) {
        return null;
      } else if (link instanceof Link.Hard hard) {
        at = hard.address();
      } else if (link instanceof Link.Soft soft) {
        if (++linksFollowed[0] > MAX_LINKS) {
          throw new DataException(file + ": " + requested
              + " is a soft link that leads in a circle, by " + soft.path());
        }
        Long target = resolve(at, soft.path(), requested, linksFollowed);
        if (target == null) {
          throw new DataException(
              file + ": " + requested + " is a link to " + soft.path() + ", which is not there");
        }
        at = target;
      } else if (link instanceof Link.External external) {
        throw new DataException(
            file + ": " + requested + " is a link into another file, " + external.path() + " of "
                + external.file()
                + ", and is not followed; name that file instead, or bring the data in with "
                + "h5repack --merge IN OUT");
      }
    }
    return at;
  }

  /** Paths of the first datasets, for messages. */
  List<String> datasets(int limit) {
    List<String> paths = new ArrayList<>();
    datasets(root, "", new HashSet<>(), paths, limit);
    return paths;
  }

  private void datasets(long group, String prefix, Set<Long> seen, List<String> paths, int limit) {
    if (!seen.add(group)) {
      return;
    }
    new TreeMap<>(links(group)).forEach((name, link) -> {
      if (paths.size() < limit && link instanceof Link.Hard hard) {
        if (header(hard.address()).hasMessageOfType(DataLayoutMessage.class)) {
          paths.add(prefix + name);
        } else {
          datasets(hard.address(), prefix + name + "/", seen, paths, limit);
        }
      }
    });
  }

  private Map<String, Link> links(long group) {
    Map<String, Link> linksOfGroup = groups.get(group);
    if (linksOfGroup == null) {
      ObjectHeader header = header(group);
      linksOfGroup = header.hasMessageOfType(SymbolTableMessage.class)
          ? symbolTableLinks(header)
          : messageLinks(header);
      groups.put(group, linksOfGroup);
    }
    return linksOfGroup;
  }

  /** Links of an old-style group (HDF5 up to 1.8, and still the default). */
  private Map<String, Link> symbolTableLinks(ObjectHeader header) {
    SymbolTableMessage message = header.getMessageOfType(SymbolTableMessage.class);
    ByteBuffer names = new LocalHeap(storage, message.getLocalHeapAddress()).getDataBuffer();
    Map<String, Link> links = new LinkedHashMap<>();
    for (long node :
        BTreeV1.createGroupBTree(storage, message.getBTreeAddress()).getChildAddresses()) {
      for (SymbolTableEntry entry :
          new GroupSymbolTableNode(storage, node).getSymbolTableEntries()) {
        Link link = entry.getCacheType() == 2
            ? new Link.Soft(text(names, entry.getLinkValueOffset()))
            : new Link.Hard(entry.getObjectHeaderAddress());
        links.put(text(names, entry.getLinkNameOffset()), link);
      }
    }
    return links;
  }

  private static String text(ByteBuffer names, int at) {
    return Utils.readUntilNull(names.duplicate().position(at));
  }

  private Map<String, Link> messageLinks(ObjectHeader header) {
    List<LinkMessage> messages = header.getMessagesOfType(LinkMessage.class);
    List<LinkInfoMessage> infos = header.getMessagesOfType(LinkInfoMessage.class);
    if (!infos.isEmpty() && infos.get(0).getBTreeNameIndexAddress() != UNDEFINED) {
      messages = new ArrayList<>(messages);
      FractalHeap heap = Hdf5Dataset.heap(storage, infos.get(0).getFractalHeapAddress());
      BTreeV2<LinkNameForIndexedGroupRecord> index =
          new BTreeV2<>(storage, infos.get(0).getBTreeNameIndexAddress());
      for (LinkNameForIndexedGroupRecord entry : index.getRecords()) {
        messages.add(LinkMessage.fromBuffer(heap.getId(entry.getId()), storage.getSuperblock()));
      }
    }
    Map<String, Link> links = new LinkedHashMap<>();
    for (LinkMessage message : messages) {
      Link link =
          switch (message.getLinkType()) {
            case HARD -> new Link.Hard(message.getHardLinkAddress());
            case SOFT -> new Link.Soft(message.getSoftLink());
            case EXTERNAL -> new Link.External(
                message.getExternalFile(), message.getExternalPath());
          };
      if (links.put(message.getLinkName(), link) != null) {
        throw new HdfException("two links are named " + message.getLinkName());
      }
    }
    return links;
  }
}
