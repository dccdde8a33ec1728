/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
// Writes sbom.json and THIRD-PARTY.md into the distribution: from what CycloneDX knows of the dependencies, what is really shipped,
// as a jar of its own or inside of one of our bundles. Fails on anything in our bundles that no dependency accounts for.
import groovy.json.JsonOutput
import groovy.json.JsonSlurper
import java.security.MessageDigest
import java.util.zip.ZipFile

def home = new File(project.build.directory, 'stroma')
def source = new File(project.build.directory, 'sbom.json')
if (!source.isFile()) {
  // licences stand in poms of parents, which CycloneDX wants to look for
  log.warn('Maven is offline: this distribution has no sbom.json and no THIRD-PARTY.md')
  return
}
def bom = new JsonSlurper().parse(source)

// path, size and checksum of what a jar holds; names of folders and of what jars say about themselves are no content, those of files for browsers are
def contents = { jar ->
  new ZipFile(jar).withCloseable { zip ->
    zip.entries().findAll { !it.directory && !(it.name ==~ /(META-INF(?!\/resources\/)|OSGI-INF|OSGI-OPT)\/.*|module-info\.class|package-info\.class/) }
        .collectEntries { ["$it.size $it.crc".toString(), it.name] }
  }
}
def files = project.artifacts.collectEntries {
  [([it.groupId, it.artifactId, it.baseVersion] + (it.classifier ?: [])).join(':'), it.file]
}
def key = { component ->
  def classifier = component.purl =~ /[?&]classifier=([^&]+)/
  ([component.group, component.name, component.version] + (classifier ? classifier[0][1] : [])).join(':')
}

def shipped = [:]
// sources of our own, for authors of extensions, are no components
home.eachFileRecurse {
  if (it.name.endsWith('.jar') && !(it.name ==~ /org\.stroma\..*-sources\.jar/)) shipped[it.name] = it
}
// jar of ours -> what in it is not ours
def inside = shipped.findAll { name, jar -> name.startsWith('org.stroma.') }
    .collectEntries { name, jar -> [name, contents(jar).findAll { sum, path -> !path.startsWith('org/stroma/') }] }
def unknown = inside.collectEntries { name, all -> [name, new HashMap(all)] }

def places = [:]
bom.components.each { component ->
  def file = files[key(component)]
  if (file == null) {
    return
  }
  def where = [] as TreeSet
  if (shipped[file.name]) {
    def sum = MessageDigest.getInstance('SHA-256').digest(shipped[file.name].bytes).encodeHex().toString()
    if (sum != component.hashes.find { it.alg == 'SHA-256' }?.content) {
      throw new IllegalStateException("${file.name} in the distribution is not the file that sbom.json describes")
    }
    where << file.name
  }
  // also what is shipped may be in one of ours once more, as Felix is in the jar for Spark
  if (component.group != 'org.stroma') {
    def own = contents(file).keySet()
    inside.each { name, all ->
      if (all.keySet().any { own.contains(it) }) {
        where << name
        unknown[name].keySet().removeAll(own)
      }
    }
  }
  // unpacked there later, by the profile gpu; its classes are those of the other one
  if (component.name == 'onnxruntime_gpu') {
    where = ['onnxruntime/']
  }
  if (where) {
    places[component['bom-ref']] = where
  }
}
def strangers = unknown.collectMany { name, left -> left.values().collect { "$name: $it".toString() } }
if (strangers) {
  throw new IllegalStateException("not from a dependency of runtime/pom.xml, and so not in sbom.json: ${strangers.take(10)}")
}
def missing = shipped.keySet() - places.values().flatten()
if (missing) {
  throw new IllegalStateException("in the distribution, but not in sbom.json: $missing")
}

bom.components = bom.components.findAll { places[it['bom-ref']] }
bom.components.each { component ->
  component.hashes = component.hashes.findAll { it.alg == 'SHA-256' }
  // poms that say "The BSD License" mean no certain number of clauses
  component.licenses.each { if (it.license?.id == 'BSD-4-Clause') it.license = [name: 'BSD License'] }
}
def kept = bom.components*.'bom-ref' + bom.metadata.component.'bom-ref'
bom.dependencies = bom.dependencies.findAll { kept.contains(it.ref) }
bom.dependencies.each { if (it.dependsOn) it.dependsOn = it.dependsOn.findAll { kept.contains(it) } }
new File(home, 'sbom.json').setText(JsonOutput.prettyPrint(JsonOutput.toJson(bom)) + '\n', 'UTF-8')

new File(home, 'THIRD-PARTY.md').withWriter('UTF-8') { out ->
  out.println '# What is not ours in this distribution\n'
  out.println 'Their licences are theirs; where a library offers several, one of them may be chosen. `sbom.json` has checksums and addresses.\n'
  out.println '| library | version | licence | in |'
  out.println '| --- | --- | --- | --- |'
  bom.components.findAll { it.group != 'org.stroma' }.sort { key(it) }.each { component ->
    def licences = component.licenses.collect { it.license?.id ?: it.license?.name ?: it.expression }
    if (!licences) {
      throw new IllegalStateException("${key(component)} names no licence")
    }
    def classifier = key(component).split(':').drop(3).collect { " ($it)" }.join()
    out.println "| ${component.group}:${component.name}${classifier} | ${component.version} | ${licences.join(', ')} | ${places[component['bom-ref']].join(', ')} |"
  }
}
