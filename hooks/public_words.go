package hooks

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"
)

// A phone pays for each word: of the catalogue it gets what its door says, and of the member's door first what
// home says. The rest comes with the screens that say it.
const (
	memberRoom = "member."
	joinRoom   = "join."          // the way in: comes with the screens on which somebody joins
	homeScript = "anggota/app.js" // the first screen is what this one imports
	homeWords  = "member"         // words/{id,en}.member.json
	laterWords = "later"          // of the member's room what home does not say
	joinWords  = "join"
)

var (
	smaller = regexp.MustCompile(`^words/(id|en)\.(member|later|join)\.json$`)
	// commonToo are the codes that home says itself: why nothing is bought or deducted. Other refusals come
	// from the server in words.
	commonToo = []string{"fault.store.no_mandate", "fault.payroll.no_mandate", "fault.payroll.no_channel", "fault.payroll.self_payer", "fault.payroll.other_channel"}
	imported  = regexp.MustCompile(`(?m)^(?:import|export)\b[^;'"(]*'(\.[^']+)';`)
	// spokenKey finds a key of the member's room, or the beginning of one that goes on: `member.tender_${kind}`.
	spokenKey = regexp.MustCompile("['`](member\\.[a-z0-9_.]+)(\\$\\{)?")
)

// pocketWords offers smaller catalogues beside the whole ones.
type pocketWords struct {
	fs.FS
	home func() (spokenAtHome, error) // read once
}

func newPocketWords(public fs.FS) pocketWords {
	return pocketWords{public, sync.OnceValues(func() (spokenAtHome, error) {
		said := spokenAtHome{keys: map[string]bool{}}
		return said, said.read(public, homeScript, map[string]bool{})
	})}
}

// spokenAtHome is what the modules of the first screen say of the member's room.
type spokenAtHome struct {
	keys   map[string]bool
	begins []string
}

// read goes through a module and those that it imports at its head; late ones are imported by a call.
func (s *spokenAtHome) read(public fs.FS, name string, seen map[string]bool) error {
	seen[name] = true
	raw, err := fs.ReadFile(public, name)
	if err != nil {
		return err
	}
	for _, m := range spokenKey.FindAllSubmatch(raw, -1) {
		if len(m[2]) > 0 {
			s.begins = append(s.begins, string(m[1]))
		} else {
			s.keys[string(m[1])] = true
		}
	}
	for _, m := range imported.FindAllSubmatch(raw, -1) {
		if next := path.Join(path.Dir(name), string(m[1])); !seen[next] {
			if err := s.read(public, next, seen); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *spokenAtHome) has(key string) bool {
	return s.keys[strings.TrimSuffix(key, ".one")] || slices.ContainsFunc(s.begins, func(begin string) bool { return strings.HasPrefix(key, begin) })
}

func (p pocketWords) Open(name string) (fs.File, error) {
	if !smaller.MatchString(name) {
		return p.FS.Open(name)
	}
	raw, err := p.ReadFile(name)
	if err != nil {
		return nil, err
	}
	return &memoryFile{Reader: bytes.NewReader(raw), name: name, size: int64(len(raw))}, nil
}

// ReadFile makes the smaller catalogue out of the whole one.
func (p pocketWords) ReadFile(name string) ([]byte, error) {
	m := smaller.FindStringSubmatch(name)
	if m == nil {
		return fs.ReadFile(p.FS, name)
	}
	raw, err := fs.ReadFile(p.FS, "words/"+m[1]+".json")
	if err != nil {
		return nil, err
	}
	home, err := p.home()
	if err != nil {
		return nil, err
	}
	texts := map[string]string{}
	if err := json.Unmarshal(raw, &texts); err != nil {
		return nil, err
	}
	for key := range texts {
		if partOf(key, &home) != m[2] {
			delete(texts, key)
		}
	}
	return json.Marshal(texts)
}

// partOf is the smaller catalogue that a key belongs to, "" for none.
func partOf(key string, home *spokenAtHome) string {
	switch {
	case strings.HasPrefix(key, joinRoom):
		return joinWords
	case strings.HasPrefix(key, "common."), slices.Contains(commonToo, key):
		return homeWords
	case !strings.HasPrefix(key, memberRoom):
		return ""
	case home.has(key):
		return homeWords
	default:
		return laterWords
	}
}

// memoryFile is a file that lies in memory; like an embedded one it has no date.
type memoryFile struct {
	*bytes.Reader
	name string
	size int64
}

func (f *memoryFile) Stat() (fs.FileInfo, error) { return f, nil }
func (f *memoryFile) Close() error               { return nil }
func (f *memoryFile) Name() string               { return f.name }
func (f *memoryFile) Size() int64                { return f.size }
func (f *memoryFile) Mode() fs.FileMode          { return 0o444 }
func (f *memoryFile) ModTime() time.Time         { return time.Time{} }
func (f *memoryFile) IsDir() bool                { return false }
func (f *memoryFile) Sys() any                   { return nil }
