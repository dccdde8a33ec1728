/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
// Writes from stroma-*.json what Eclipse's publisher reads: features/ID/feature.xml and plugins/*.jar in target/source;
// and the beginning of the site that it appends to.
import groovy.json.JsonSlurper
import groovy.xml.MarkupBuilder
import java.nio.file.Files
import java.util.jar.JarFile

def target = new File(project.build.directory)
def source = new File(target, 'source')
def repository = new File(target, 'repository')
[source, repository]*.deleteDir()
def plugins = new File(source, 'plugins')
plugins.mkdirs()

def osgi = { it.replace('-SNAPSHOT', '.SNAPSHOT') }
def jars = project.artifacts.collectEntries { ["$it.groupId:$it.artifactId:$it.baseVersion".toString(), it.file] }
def put = { id ->
  def jar = jars[id]
  if (jar == null || !jar.isFile()) {
    throw new IllegalStateException("$id is in a feature file, but not among the dependencies of runtime/pom.xml")
  }
  // the publisher copies; the natives are too big to be copied twice
  Files.createSymbolicLink(new File(plugins, jar.name).toPath(), jar.toPath())
  new JarFile(jar).withCloseable { it.manifest.mainAttributes }
}

def groups = []
project.basedir.listFiles().findAll { it.name ==~ /stroma-.*\.json/ }.sort().each { file ->
  def feature = new JsonSlurper().parse(file)
  def (_, name, version) = feature.id.split(':')
  if (name == project.properties['features.without']) {
    return
  }
  groups << "<required namespace='org.eclipse.equinox.p2.iu' name='${name}.feature.group' range='[${osgi(version)},${osgi(version)}]'/>"
  def others = { feature.extensions?.get(it)?.artifacts.collect { it.id.split(':') } }
  def folder = new File(source, "features/$name")
  folder.mkdirs()
  new File(folder, 'feature.xml').withWriter('UTF-8') { out ->
    out.println '<?xml version="1.0" encoding="UTF-8"?>'
    new MarkupBuilder(out).feature(id: name, version: osgi(version), label: feature.name, 'provider-name': 'Stroma') {
      description(feature.description)
      copyright('Copyright the Stroma authors.')
      license(url: 'https://www.apache.org/licenses/LICENSE-2.0', 'Apache License, version 2.0')
      requires {
        others('requires').each { 'import'(feature: it[1], version: osgi(it[2]), match: 'compatible') }
      }
      feature.bundles.each {
        def manifest = put(it.id)
        plugin(id: manifest.getValue('Bundle-SymbolicName').split(';')[0].trim(), version: manifest.getValue('Bundle-Version'), unpack: 'false')
      }
    }
  }
  def excluded = others('excludes').withIndex().collect { other, n ->
    "requires.${n}.namespace=org.eclipse.equinox.p2.iu\nrequires.${n}.name=${other[1]}.feature.group\nrequires.${n}.min=0\nrequires.${n}.max=0\n"
  }
  if (excluded) {
    new File(folder, 'p2.inf').text = excluded.join()
  }
}
put("org.eclipse.platform:org.eclipse.osgi:${project.properties['equinox.version']}".toString())

// Bundles with native code require osgi.native, which frameworks provide and p2 does not know: a unit that only this platform
// can install stands for it. The category is what Eclipse's dialog shows.
repository.mkdirs()
new File(repository, 'content.xml').text = """<?xml version='1.0' encoding='UTF-8'?>
<?metadataRepository version='1.1.0'?>
<repository name='Stroma' type='org.eclipse.equinox.internal.p2.metadata.repository.LocalMetadataRepository' version='1'>
  <units size='2'>
    <unit id='platform.linux.x86_64' version='1.0.0' singleton='false'>
      <provides size='2'>
        <provided namespace='org.eclipse.equinox.p2.iu' name='platform.linux.x86_64' version='1.0.0'/>
        <provided namespace='osgi.native' name='linux.x86_64' version='1.0.0'>
          <properties size='2'>
            <property name='osgi.native.osname' value='linux'/>
            <property name='osgi.native.processor' value='x86_64'/>
          </properties>
        </provided>
      </provides>
      <filter>(&amp;(osgi.os=linux)(osgi.arch=x86_64))</filter>
      <touchpoint id='null' version='0.0.0'/>
    </unit>
    <unit id='stroma.category' version='1.0.0' singleton='false'>
      <properties size='2'>
        <property name='org.eclipse.equinox.p2.name' value='Stroma'/>
        <property name='org.eclipse.equinox.p2.type.category' value='true'/>
      </properties>
      <provides size='1'>
        <provided namespace='org.eclipse.equinox.p2.iu' name='stroma.category' version='1.0.0'/>
      </provides>
      <requires size='${groups.size()}'>
        ${groups.join('\n        ')}
      </requires>
      <touchpoint id='null' version='0.0.0'/>
    </unit>
  </units>
</repository>
"""
