package hooks

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"time"
)

// A phone pays for each word: of the catalogue it gets what its door says. Others' rooms are left out by
// name, so that a new room is never missed.
var (
	memberWords = regexp.MustCompile(`^words/(id|en)\.(member|join)\.json$`)
	joinWords   = "join." // comes with the screens on which somebody joins
	notMembers  = []string{joinWords, "cash.", "command.", "demo.", "export.", "import.", "journal.", "look.", "mail.", "office.", "opening.", "paper.", "payroll.", "plan.", "print.", "quarantine.",
		"rebuild.", "report.", "saving.", "savings.", "show.", "till.", "treasury.", "verify.",
		"fault.brand.", "fault.command.", "fault.demo.", "fault.guard.", "fault.import.", "fault.ledger.", "fault.member.", "fault.opening.", "fault.payroll.", "fault.policy.", "fault.savings.", "fault.store.", "fault.template.", "fault.treasury."}
	// membersToo are of those rooms what a member's screen says by itself: why nothing is deducted.
	membersToo = []string{"fault.store.no_mandate", "fault.payroll.no_mandate", "fault.payroll.no_channel", "fault.payroll.self_payer", "fault.payroll.other_channel"}
)

// pocketWords offers words/{id,en}.member.json and .join.json beside the whole catalogues.
type pocketWords struct{ fs.FS }

func (p pocketWords) Open(name string) (fs.File, error) {
	m := memberWords.FindStringSubmatch(name)
	if m == nil {
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
	m := memberWords.FindStringSubmatch(name)
	if m == nil {
		return fs.ReadFile(p.FS, name)
	}
	raw, err := fs.ReadFile(p.FS, "words/"+m[1]+".json")
	if err != nil {
		return nil, err
	}
	texts := map[string]string{}
	if err := json.Unmarshal(raw, &texts); err != nil {
		return nil, err
	}
	for key := range texts {
		if m[2] == "join" {
			if !strings.HasPrefix(key, joinWords) {
				delete(texts, key)
			}
			continue
		}
		if slices.ContainsFunc(notMembers, func(room string) bool { return strings.HasPrefix(key, room) }) && !slices.Contains(membersToo, key) {
			delete(texts, key)
		}
	}
	return json.Marshal(texts)
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
