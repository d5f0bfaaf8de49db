"""Words of what is not this trade: food, sport, health, somebody's own shop or line, love, government, machines; and given names.

A learner that has met forty questions about the weather has still not met "granizo". Each topic is one feature, whatever word carries
it, so that what nobody taught is known for what it is. Folded words (no accents, lower case); a plural `s` is taken off.
"""

from __future__ import annotations

_TOPICS = """
food: acai arroz bolo brigadeiro cafe cardapio carne cerveja chimarrao churrasco coxinha cozinha cuscuz doce fari feijao feijoada fogao frango fruta fuba hamburguer janta lanche leite
 macarrao marmita marmitex mercado molho mandioca milho ovo padaria pao pastel pastelaria peixe picanha pipoca pizza pizzaria pudim queijo receita refrigerante restaurante salgado
 sanduiche sobremesa sopa sorvete sushi tapioca tempero tomate torta vinho xicara acucar sal almoco jantar batata cebola alho manteiga chocolate suco
sport: atletico bahia bola botafogo brasileirao campeonato campeao copa corinthians craque cruzeiro escanteio esporte estadio flamengo flu fluminense fortaleza futebol gol golaco gremio
 grenal internacional jogador jogo juiz lateral libertadores mengao mengo neymar palmeiras penalti pele placar santos selecao serie taca tecnico time torcida treino var vasco volei zagueiro
 corrida maratona academia musculacao pedal bicicleta bike
weather: calor chover chove chuva chuvoso clima frio garoa geada graus granizo nublado neve previsao relampago sol temperatura tempestade tempo trovao umidade vento
body: abelha alergia anticoncepcional bebe cha colica comprimido consulta coluna creme dentista dieta dor dermatologista emagrecer enjoo exame febre ferida ginecologista gripe gravida insonia
 joelho medico ortopedista osso oculos pediatra pele posto pressao remedio receituario sus tosse vacina vitamina vomito xarope ubs samu medicamento sangue
school: boletim creche diploma disciplina dever enem escola exatas fisica geografia gramatica habitante historia historico ingles licao matematica materia matricula monografia mestrado
 planeta professor professora prova portugues quimica raiz redacao soma equacao tcc trabalho traduz traduza traducao universidade vestibular faculdade aula aluno sisu fies prouni portal
games: aposta bet bicho bingo bolao dezena jogatina loteria loto lotofacil mega megasena sena palpite rifa roleta sorte sorteio tigrinho milhar
media: album ator atriz banda bbb canal cantor cantora canta cancao celebridade cinema desenho episodio facebook filme foto funk influencer insta instagram letra live musica netflix novela
 podcast programa radio reality samba sertanejo serie seguidor show spotify stories tiktok tv twitter video youtube jornal noticia playlist
love: abraco amante amor apaixonado apaixonada beijo beijar casamento casar carente ciume crush divorcio encontro gata gato gostosa lindo linda namorada namorado namorar namoro noiva nudes
 paquera saudade solteira solteiro separacao sexo sexy transar tesao traicao viuvinha conquistar
faith: amem anjo benca biblia bispo catolico crente culto deus evangelho evangelico igreja jesus macumba missa oracao orar orixa padre papa pastor pecado rezar reza salmo santo senhora terco versiculo
 horoscopo signo taro tarot simpatia espirito capricornio touro aries libra escorpiao
state: bolsonaro lula congresso corrupto deputado eleicao eleitor governador governo imposto lei ministro politica politico pt prefeito prefeitura presidente senador senado stf titulo vereador voto votar
 cnh detran rg passaporte certidao poupatempo cras cadunico ipva iptu inss fgts pis abono loas licenciamento multa mei receita declaracao alistamento carteira aposentar aposentado
travel: aeroporto aeroporta aviao bagagem barco carona excursao ferias hotel hospedagem linha metro motorista onibus passagem passageiro passeio pousada praia rodoviaria rota taxi trem uber viagem
 viajar voo rodovia engarrafamento transito pedagio estrada gasolina alcool posto oficina mecanico pneu motor
shop: anuncio atacado bazar brinde camisa camiseta calca caixa catalogo cashback cupom delivery encomenda entregador entrega entregar estoque expediente frete garantia geladeira guarda
 ifood loja lojista magazine marketplace mercadoria moda modelo mostruario notebook iphone olx outlet pacote perfume pedido prateleira produto promocao rastrear rastreio rastreamento roupa
 sapato shein shopee shopping sofa tamanho televisao tenis tonalidade vendedor vendedora vestido vitrine aliexpress correio correios sedex embalagem colchao armario celular microondas
offer: agencia agente alugo assine atacadista cadastre clique comissao consorcio contemplado corretor cosmetico curso cursos desconto divulgar divulgacao empreender empreendedor ganhe grana imovel
 imobiliaria investidor invista investimento lancamento leilao lote lucro lucre marketing oportunidade parceria patrocinado patrocinio plano portifolio revenda revendedor revendedora
 renda robo sorteado terreno trafego trader venda vendo vende vendemos aproveite gratis gratuito exclusivo imperdivel lance
bank: agencia aplicativo app caderneta caixa cartao cdb cheque cofrinho consignado conta correntista criptomoeda bitcoin bloquear bloqueio desbloquear desbloqueio dolar euro extrato
 financiamento gerente investir limite milhas nubank poupanca portabilidade picpay resgate saldo selic senha seguro token transferir bolsa acao acoes abrir
line: antena banda celular chip conexao decodificador fibra instalador instalacao instalar internet ligacao megas modem operadora plano portabilidade provedor roaming roteador sinal tecnico
 velocidade visita wifi wi tv controle recarga religar religacao luz agua energia queda poste vazamento relogio medidor hidrometro leitura gas botijao
work: candidato candidatura carteira chefe clt contratacao contratando contratar curriculo diarista diaria emprego empregado entrevista estagio estagiario experiencia faxina faxineira freela
 funcionario garcom hora jovem ocupacao patrao patroa pedreiro processo recrutamento recrutador rh salario servente seletivo turno vaga vigilante selecao jovem aprendiz pintor eletricista encanador
kin: aniversario bebe boneca crianca escolinha festa festinha filha filho formatura irmao irma mainha mamae mae menino natal neto padrinho painho pai parabens presente sobrinho sogra tia tio vovo vo avo
pets: cachorro cadela cao cavalo galinha gato gata papagaio passarinho pet racao vaca veterinario bicho boi cabra porco ovelha
machine: admin alexa api algoritmo banco chatgpt codigo comando contexto database dados desenvolvedor developer dev gpt gemini html ia ignore ignorar ignora instrucao instrucoes inteligencia javascript
 json jailbreak linguagem linux llm login modelo modo obedeca obedecer openai override parametro personagem pirata prompt programa programacao programar python regra responda resposta root
 reset script select simule simula siri sistema software sql system token variavel finja finge aja esqueca override debug
lore: astronauta capital continente descobriu descobrimento elefante estado estrela etimologia guerra historia independencia inventou inventor lua mar marte montanha mundo oceano pais populacao rei rainha
 rio segunda significado sinonimo sonhar sonhei sonho terra universo ceu azul animal altura peso quilo quilometro habitantes dinossauro
chat: alo bla brincadeira charada conversa curiosidade engracado haha kkk kkkk lol meme memes piada poema poesia rima rsrs teste testando tedio zoeira zueira figurinha adivinha
chain: azar compartilhe corrente encaminhe espalhe repasse repassa urgente viral vacina grupo contatos grupos digite
place: academia acougue bar borracharia cartorio clinica comercio condominio consultorio empresa escritorio escola farmacia firma hospital hotel igreja lanchonete lavanderia loja mercearia
 mercadinho oficina padaria papelaria pizzaria portaria prefeitura recepcao restaurante salao sindicato supermercado posto delegacia quartel presidio
name: abel adalberto adalgisa adao adauto ademar ademir aderbal adilson adriana adriano afonso agenor agnaldo ailton alan alana alberto alceu alcides alessandra alessandro alex alexandre alfredo
 alice aline altair alvaro alzira amadeu amanda amauri amelia ana anderson andre andrea andreia andressa angela angelica angelo anita antonia antonio aparecida aparecido arlete arlindo armando
 arnaldo arthur artur augusto aurea aurora barbara beatriz benedita benedito bento bernardo bianca breno bruna bruno caio camila carla carlinhos carlos carmem carmen carolina caroline cassia catarina
 cecilia celia celso cesar cicera cicero cida cintia clara claudete claudia claudio claudinei cleber cleide cleiton cleonice cleusa clovis conceicao cristiana cristiane cristiano cristina dalva damiao
 daniel daniela daniele danilo darci davi david debora deise denilson denis denise diego diogo dirce dirceu djalma domingos douglas edileusa edilene edilson edimar edinaldo edite edith edivaldo
 edna ednaldo ednalva edson eduarda eduardo efigenia elaine elena eliana eliane elias elisa elisabete elisangela eloisa elton elza emanuel emerson emilia enzo erica erick erivaldo ernesto estela
 ester euclides eugenia eunice eva evaldo evandro everaldo everton expedito ezequiel fabiana fabiano fabio fabricio fatima felipe fernanda fernando flavia flavio francisca francisco franklin
 gabriel gabriela genivaldo george geovana geraldo gerson gilberto gildo gilmar gilson gilvan giovana gisele glaucia glauco gloria graca graziela graziele gregorio guilherme gustavo heitor helena helio
 heloisa henrique hermes hilda hugo humberto iara ines iolanda iracema irene isabel isabela isadora ismael israel italo ivan ivanilda ivo ivone izabel jacira jacqueline jaime jair jairo janaina jandira
 jane jaqueline jefferson jeferson jessica joana joao joaquim joel jonas jonatas jorge jose josefa josefina josias josiane josue josy juarez julia juliana juliano julio junior juraci jurandir
 jussara kaique karen karina karla katia kelly kleber laercio laerte laila lara larissa laura lauro lazaro leandro leda leila leo leonardo leonel leonor leticia lia lidia ligia lilian liliane lindalva
 lino livia lourdes lourenco lourival luan luana lucas lucia luciana luciano lucio ludmila luis luisa luiz luiza lurdes luzia luzinete madalena magali maicon maiara manoel manuel manuela mara marcela
 marcelo marcia marcio marco marcos marcus margarete margarida maria mariana marilda marilene marilia marina mario marisa maristela mariza marlene marli marlon marta mateus matheus maura mauricio
 mauro maximo mayara melissa messias michele miguel milena milton mirela miriam moacir moises monica murilo nadia nadir nair nara natalia natanael neide neiva nelson neusa neuza newton nicolas nicole
 nilda nilson nilton nilza nina noel noemi norma odair odete olga olivia orlando oscar osmar osvaldo oswaldo otacilio otavio pablo pamela patricia paula paulo pedro penha petronio poliana priscila rafael
 rafaela raimunda raimundo ramon raquel raul rebeca regiane regina reginaldo reinaldo renan renata renato ricardo rita roberta roberto robson rodolfo rodrigo roger rogeria rogerio romario romeu romulo
 ronaldo roney rosa rosana rosane rosangela rosemary roseli rosilda rosilene rosimeire rosineide rubens rui ruth sabrina salete samara samuel sandra sandro sara sarah saulo sebastiana sebastiao selma
 sergio severina severino sheila sidnei silas silmara silvana silvia silvio simone socorro sofia solange sonia stefani suelen sueli suely susana suzana tadeu tais talita tamires tania tatiana tatiane
 telma terezinha tereza thais thiago tiago ubiratan ulisses ursula vagner valdeci valdemar valdir valdirene valeria valter vanda vanderlei vanessa vania vera veronica vicente victor vilma vinicius virginia vitor
 vitoria viviane wagner waldemar waldir wallace walter wanda wanderley washington wellington wesley william wilma wilson yara yasmin yuri zelia zenaide zilda zuleica
"""


def _table() -> dict[str, tuple[str, ...]]:
    table: dict[str, tuple[str, ...]] = {}
    topic = ""
    for line in _TOPICS.strip().splitlines():
        name, colon, words = line.partition(":")
        if colon:
            topic = name
        else:
            words = line
        for word in words.split():
            if topic not in table.get(word, ()):
                table[word] = (*table.get(word, ()), topic)
    return table


_OF_WORD = _table()

STRANGE = frozenset(topic for found in _OF_WORD.values() for topic in found) - {"name", "place"}
"""The topics of what is asked of somebody else; a name or a workplace is rather said by who is not the debtor."""


def topics(words: list[str]) -> list[str]:
    """The topics of folded words, one for each word that carries it."""
    found: list[str] = []
    for word in words:
        found += _OF_WORD.get(word) or _OF_WORD.get(word.removesuffix("s"), ())
    return found
