package bettertogether

import (
	"cmp"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
)

// Each call of a method such as OwnRare gives an entry another copy of a part. So of two that one statement assigns to, the first
// would be lost.
func TestNoStatementTakesAPartTwice(t *testing.T) {
	err := filepath.WalkDir(".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() && (d.Name() == "node_modules" || d.Name() == ".git") {
			return cmp.Or(err, fs.SkipDir)
		}
		if !strings.HasSuffix(name, ".go") {
			return nil
		}
		files := token.NewFileSet()
		f, err := parser.ParseFile(files, name, nil, 0)
		if err != nil {
			return err
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if assign, ok := n.(*ast.AssignStmt); ok {
				taken := map[string]bool{}
				for _, to := range assign.Lhs {
					if part := partOf(to); part != "" && taken[part] {
						t.Errorf("%s: %s is taken twice; take it once, before", files.Position(to.Pos()), part)
					} else {
						taken[part] = true
					}
				}
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// partOf is "e.OwnRare()" of e.OwnRare().Images, and nothing of what is in no part.
func partOf(to ast.Expr) string {
	field, ok := to.(*ast.SelectorExpr)
	if !ok {
		return ""
	}
	call, ok := field.X.(*ast.CallExpr)
	if !ok {
		return ""
	}
	if method, ok := call.Fun.(*ast.SelectorExpr); ok && strings.HasPrefix(method.Sel.Name, "Own") {
		return types.ExprString(call)
	}
	return ""
}
